package c2s

import "time"

// eventKind says what happened.
type eventKind uint8

const (
	timePassed      eventKind = iota // the alarm rings
	visitorSpoke                     // a stanza came: no longer `unavailable`
	visitorAppeared                  // available presence
	visitorIdle                      // the same with away or xa
	visitorLeft                      // `unavailable`
	pageActive                       // XEP-0352
	pageInactive                     // "
	pageSpoke                        // an element came over a link that the transport does not watch
	pageAnswered                     // n was the number of our ping
	pageCounts                       // it counts stanzas from now on (XEP-0198)
	pageCounted                      // it has acknowledged some
	browserAnswered                  // a ping below the page, which proves n payloads; 0: none
	payloadSent                      // to a page that does not count
	linkLost                         // as the transport says
	linkBack                         // "
	streamBound                      // the tab begins
	streamEnded                      // the transport is over; the stream may be resumed within linger
	streamResumed                    // on another transport
	tabDismissed                     // we end the stream
	tabFinished                      // it is over now
)

// event is something that happened to a tab.
type event struct {
	kind      eventKind
	n         uint64        // see kind
	sent      uint64        // payloads so far
	lastBytes instant       // of timePassed, streamBound and streamResumed: the last bytes from the browser
	every     time.Duration // of streamBound and streamResumed: silence before a ping; 0: the transport watches the link
	linger    time.Duration // of streamEnded: how long it may be resumed; of timePassed: how long an open chat keeps a lost link
}

// turn is what has to be done because of an event.
type turn struct {
	news   bool    // the desk has to hear of told
	ask    bool    // ask the page whether it is there
	ping   bool    // ping the browser; its answer proves ripe payloads
	ripe   uint64  // "
	drop   bool    // nobody is there: give the connection up
	proven uint64  // so many payloads have surely been delivered; 0: no more than before
	next   instant // let time pass then; 0: nothing happens by itself
}
