package config

import (
	"errors"
	"fmt"
	"net/netip"
	"time"
)

var (
	errText     = errors.New(`want text in quotes`)
	errTexts    = errors.New(`want a list of texts, for example ["a", "b"]`)
	errBool     = errors.New(`want true or false, without quotes`)
	errInt      = errors.New(`want a whole number, without quotes`)
	errDuration = errors.New(`want a duration in quotes, for example "90s", "5m" or "24h"`)
	errPrefix   = errors.New(`want addresses or networks, for example "127.0.0.1/32"`)
)

// assign stores a decoded TOML value where into points; the error says what
// would have been right.
func assign(into, v any) (err error) {
	switch into := into.(type) {
	case *string:
		*into, err = as[string](v, errText)
	case *Secret:
		var s string
		s, err = as[string](v, errText)
		*into = Secret(s)
	case *bool:
		*into, err = as[bool](v, errBool)
	case *int:
		var n int64
		n, err = as[int64](v, errInt)
		*into = int(n)
	case *time.Duration:
		*into, err = duration(v)
	case *[]string:
		*into, err = texts(v)
	case *[]netip.Prefix:
		*into, err = prefixes(v)
	default:
		err = fmt.Errorf("keys of type %T cannot be read", into)
	}
	return err
}

func as[T any](v any, wrong error) (T, error) {
	t, ok := v.(T)
	if !ok {
		return t, wrong
	}
	return t, nil
}

func duration(v any) (time.Duration, error) {
	s, err := as[string](v, errDuration)
	if err != nil {
		return 0, err
	}
	d, err := time.ParseDuration(s)
	if err != nil {
		return 0, errDuration
	}
	return d, nil
}

func texts(v any) ([]string, error) {
	list, err := as[[]any](v, errTexts)
	if err != nil {
		return nil, err
	}
	var out []string
	for _, e := range list {
		s, err := as[string](e, errTexts)
		if err != nil {
			return nil, err
		}
		out = append(out, s)
	}
	return out, nil
}

func prefixes(v any) ([]netip.Prefix, error) {
	list, err := texts(v)
	if err != nil {
		return nil, errPrefix
	}
	var out []netip.Prefix
	for _, s := range list {
		p, err := prefix(s)
		if err != nil {
			return nil, fmt.Errorf("%q: %w", s, errPrefix)
		}
		out = append(out, p)
	}
	return out, nil
}

// prefix reads a network, or an address as the network of that address alone.
func prefix(s string) (netip.Prefix, error) {
	if a, err := netip.ParseAddr(s); err == nil {
		return a.Prefix(a.BitLen())
	}
	p, err := netip.ParsePrefix(s)
	return p.Masked(), err
}
