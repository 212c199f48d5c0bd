package sqlite

import (
	"context"
	"encoding/binary"
	"fmt"
	"slices"
)

// The file format is that of https://www.sqlite.org/fileformat2.html. A page of
// a tree has its cells at its end and pointers to them at its beginning; between
// both is a gap. When rows move to another page, because theirs is split or
// joined with another, what they were may stay in the gap: secure_delete writes
// zeros over rows that are deleted, not over those that move.

const (
	readPages  = 256       // looked at in one query
	stepPages  = 32        // wiped in one step
	lastPage   = 1<<24 - 1 // up to here the first byte of a page tells what it is
	lockOffset = 1 << 30   // of the page that is never used
	headerSize = 100       // in front of the first page's tree
	somePages  = `WITH RECURSIVE n (i) AS (VALUES ($1) UNION ALL SELECT i + 1 FROM n WHERE i < $2)
SELECT p.pgno, p.data FROM n CROSS JOIN sqlite_dbpage p ON p.pgno = n.i`
	onePage  = `SELECT data FROM sqlite_dbpage WHERE pgno = $1`
	savePage = `UPDATE sqlite_dbpage SET data = $2 WHERE pgno = $1`
)

// page is one of the file, by its number counted from 1.
type page struct {
	number int64
	data   []byte
}

// wipeGaps writes zeros into every gap that has anything in it. The pages are
// read beside the writer, which only gets those that have to be wiped.
func (p *purge) wipeGaps(ctx context.Context) error {
	mapped, err := p.store.count(ctx, "SELECT auto_vacuum FROM pragma_auto_vacuum")
	if err != nil {
		return fmt.Errorf("read how pages are given back: %w", err)
	}
	for first := int64(1); first <= lastPage; first += readPages {
		pages, err := list(ctx, p.store, scanPage, somePages, first, min(first+readPages, lastPage+1)-1)
		if err != nil {
			return fmt.Errorf("read pages: %w", err)
		}
		if len(pages) == 0 {
			return nil
		}
		var dirty []int64
		for _, one := range pages {
			if !(mapped != 0 && one.isMap()) && one.wipe() {
				dirty = append(dirty, one.number)
			}
		}
		if err := p.wipePages(ctx, dirty); err != nil {
			return err
		}
	}
	return nil
}

func scanPage(row scanner) (one page, err error) {
	err = row.Scan(&one.number, &one.data)
	return one, err
}

// wipePages wipes the gaps of pages that are not maps, a few in a step.
// Whatever has become of them since they were read, a gap is nobody's.
func (p *purge) wipePages(ctx context.Context, numbers []int64) error {
	for some := range slices.Chunk(numbers, stepPages) {
		_, err := p.inSteps(ctx, "wipe pages", func(c *connection) (int64, bool, error) {
			for _, number := range some {
				if err := wipePage(c, number); err != nil {
					return 0, false, err
				}
			}
			return int64(len(some)), false, nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func wipePage(c *connection, number int64) error {
	value, err := c.value(onePage, number)
	if err != nil {
		return err
	}
	data, _ := value.([]byte) // none: the file has become shorter
	if !(page{number, data}).wipe() {
		return nil
	}
	return c.run(savePage, number, data)
}

// isMap tells whether the page, in a file that can become smaller, maps others
// to where they are used.
func (p page) isMap() bool {
	if p.number < 2 {
		return false
	}
	size := int64(len(p.data))
	every := size/5 + 1
	at := (p.number-2)/every*every + 2
	if at == lockOffset/size+1 {
		at++
	}
	return p.number == at
}

// wipe writes zeros into the gap and tells whether anything else was there. A
// page that is of no tree is left alone: pages of long texts and of the list of
// free pages begin with the number of another page, whose first byte is zero up
// to lastPage.
func (p page) wipe() (dirty bool) {
	gap := p.gap()
	for _, b := range gap {
		if b != 0 {
			clear(gap)
			return true
		}
	}
	return false
}

// gap is the part of a page of a tree between pointers and cells.
func (p page) gap() []byte {
	head := p.data
	at := 0
	if p.number == 1 {
		at = headerSize
	}
	if len(head) < at+12 {
		return nil
	}
	switch head = head[at:]; head[0] {
	case 2, 5: // inner page of an index, of a table
		at += 12
	case 10, 13: // leaf
		at += 8
	default:
		return nil
	}
	from := at + 2*int(binary.BigEndian.Uint16(head[3:]))
	to := int(binary.BigEndian.Uint16(head[5:]))
	if from >= to || to > len(p.data) {
		return nil
	}
	return p.data[from:to]
}
