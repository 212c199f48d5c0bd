package bosh

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"errors"
	"io"
	"net/http"
	"strings"
)

// packFrom is the size from which on an answer is compressed.
const packFrom = 1 << 10

// conditionError is a request that is refused with a terminal condition.
type conditionError condition

func (e conditionError) Error() string { return string(e) }

// readBody reads a request's body, decoded, up to limit (XEP-0124 §7.2). A
// conditionError is the client's fault, another one the connection's.
func readBody(w http.ResponseWriter, r *http.Request, limit int) ([]byte, error) {
	in := io.Reader(http.MaxBytesReader(w, r.Body, int64(limit)))
	switch enc := strings.ToLower(r.Header.Get("Content-Encoding")); enc {
	case "", "identity":
		return readLimited(in, limit)
	case "gzip", "x-gzip":
		z, err := gzip.NewReader(in)
		if err != nil {
			return nil, unpackError(err)
		}
		b, err := readLimited(z, limit)
		if err != nil {
			return nil, unpackError(err)
		}
		return b, nil
	}
	return nil, conditionError(badRequest)
}

// unpackError tells bad compression from a bad connection.
func unpackError(err error) error {
	var tooLarge *http.MaxBytesError
	var bad conditionError
	var corrupt flate.CorruptInputError
	switch {
	case errors.As(err, &bad):
		return err
	case errors.As(err, &tooLarge):
		return conditionError(policyViolation)
	case errors.Is(err, gzip.ErrHeader), errors.Is(err, gzip.ErrChecksum),
		errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.As(err, &corrupt):
		return conditionError(badRequest)
	}
	return err
}

// readLimited reads all of in, or fails beyond limit.
func readLimited(in io.Reader, limit int) ([]byte, error) {
	b, err := io.ReadAll(io.LimitReader(in, int64(limit)+1))
	var tooLarge *http.MaxBytesError
	if len(b) > limit || errors.As(err, &tooLarge) {
		return nil, conditionError(policyViolation)
	}
	return b, err
}

// pack compresses an answer when it is worth it and the client can read it.
func pack(body []byte, gzipped bool, h http.Header) []byte {
	if len(body) <= packFrom {
		return body
	}
	h.Add("Vary", "Accept-Encoding")
	if !gzipped {
		return body
	}
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	_, _ = z.Write(body)
	_ = z.Close()
	h.Set("Content-Encoding", "gzip")
	return out.Bytes()
}

// acceptsGzip reads an Accept-Encoding header (RFC 9110 §12.5.3).
func acceptsGzip(header string) bool {
	for part := range strings.SplitSeq(header, ",") {
		name, weight, _ := strings.Cut(part, ";")
		if strings.EqualFold(strings.TrimSpace(name), "gzip") {
			weight = strings.TrimSpace(weight)
			return strings.Trim(strings.TrimPrefix(weight, "q="), "0.") != "" || weight == ""
		}
	}
	return false
}
