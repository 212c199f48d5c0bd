package admin

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"strings"

	"frontdesk/command"
)

// request returns an order as HTTP has it: arguments in the path of the verb's
// route, and what is left as JSON in the body, or in the query when the verb has
// none.
func request(ctx context.Context, v command.Verb, in command.Input) (*http.Request, error) {
	method, path, _ := strings.Cut(v.Route, " ")
	fields := v.Fields(in)
	for _, field := range v.PathFields() {
		path = strings.ReplaceAll(path, "{"+field+"}", url.PathEscape(fmt.Sprint(fields[field])))
		delete(fields, field)
	}
	var body io.Reader = http.NoBody
	if v.HasBody() {
		b, err := json.Marshal(fields)
		if err != nil {
			return nil, fmt.Errorf("write the request: %w", err)
		}
		body = bytes.NewReader(b)
	} else {
		path += query(fields)
	}
	return http.NewRequestWithContext(ctx, method, origin+path, body)
}

// query returns fields as the end of an address, "" for none.
func query(fields map[string]any) string {
	values := url.Values{}
	for field, value := range fields {
		values.Set(field, fmt.Sprint(value))
	}
	if len(values) == 0 {
		return ""
	}
	return "?" + values.Encode()
}

// input reads what [request] has written.
func input(v command.Verb, r *http.Request) (command.Input, error) {
	texts := url.Values{}
	if !v.HasBody() {
		texts = r.URL.Query()
	}
	for _, field := range v.PathFields() {
		texts.Set(field, r.PathValue(field))
	}
	in, err := v.FromTexts(texts)
	if err != nil || !v.HasBody() {
		return in, err
	}
	body, err := v.FromJSON(r.Body)
	if err != nil {
		return nil, err
	}
	maps.Copy(body, in)
	return body, nil
}
