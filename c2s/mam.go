package c2s

func (c *call) archive() { c.fail(unavailable()) }
