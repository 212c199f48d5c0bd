package component

import (
	"bytes"
	"crypto/sha1" // XEP-0153 §3 names pictures by it; nothing is secured
	"crypto/sha256"
	"encoding/hex"
	"image"
	"image/color"
	"image/png"
	"sync"

	"frontdesk/roster"
)

// maxPictures is how many pictures are kept in memory.
const maxPictures = 1024

// A picture is a pattern of cells, as many high as wide.
const (
	cells    = 5
	cellSize = 12 // pixels
	margin   = 6  // pixels
)

// picture is what a visitor looks like: PNG, and its SHA-1 in hex (XEP-0153 §3).
type picture struct {
	png  []byte
	hash string
}

// pictures draws pictures and keeps the latest. Its methods may be called by any
// goroutine.
type pictures struct {
	mu    sync.Mutex
	kept  map[roster.VisitorJID]picture
	order []roster.VisitorJID // a ring of the keys, oldest at next
	next  int
	pen   pen
}

// pen is the encoder's memory, most of a megabyte, used again and again by one
// goroutine at a time.
type pen struct{ spare *png.EncoderBuffer }

// Get implements png.EncoderBufferPool.
func (p *pen) Get() *png.EncoderBuffer { return p.spare }

// Put implements png.EncoderBufferPool.
func (p *pen) Put(b *png.EncoderBuffer) { p.spare = b }

// of returns the picture of v, always the same for the same address.
func (p *pictures) of(v roster.VisitorJID) picture {
	p.mu.Lock()
	defer p.mu.Unlock()
	if drawn, ok := p.kept[v]; ok {
		return drawn
	}
	drawn := draw(v, &p.pen)
	p.keep(v, drawn)
	return drawn
}

func (p *pictures) keep(v roster.VisitorJID, drawn picture) {
	if p.kept == nil {
		p.kept = make(map[roster.VisitorJID]picture)
	}
	p.kept[v] = drawn
	if len(p.order) < maxPictures {
		p.order = append(p.order, v)
		return
	}
	delete(p.kept, p.order[p.next])
	p.order[p.next] = v
	p.next = (p.next + 1) % maxPictures
}

// draw makes a picture out of a hash of the address: a mirrored pattern in one
// colour.
func draw(v roster.VisitorJID, p *pen) picture {
	seed := sha256.Sum256([]byte(v))
	const side = cells*cellSize + 2*margin
	img := image.NewPaletted(image.Rect(0, 0, side, side), color.Palette{
		color.RGBA{0xf4, 0xf4, 0xf6, 0xff}, ink(seed),
	})
	for y := range cells {
		for x := range cells {
			if seed[cells*y+min(x, cells-1-x)]&1 == 1 {
				fill(img, margin+x*cellSize, margin+y*cellSize)
			}
		}
	}
	var b bytes.Buffer
	if err := (&png.Encoder{BufferPool: p}).Encode(&b, img); err != nil {
		return picture{} // a buffer takes everything
	}
	sum := sha1.Sum(b.Bytes())
	return picture{b.Bytes(), hex.EncodeToString(sum[:])}
}

// ink picks a colour that stands out from the ground.
func ink(seed [32]byte) color.Color {
	return color.RGBA{seed[29] & 0xbf, seed[30] & 0xaf, seed[31] & 0xbf, 0xff}
}

func fill(img *image.Paletted, x0, y0 int) {
	for y := y0; y < y0+cellSize; y++ {
		for x := x0; x < x0+cellSize; x++ {
			img.SetColorIndex(x, y, 1)
		}
	}
}
