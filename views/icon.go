package views

import (
	"context"
	"fmt"
	"io"

	"github.com/a-h/templ"
)

// icons are our own drawings on a 24 by 24 grid: plain lines, circles and boxes.
var icons = map[string]string{
	"home":        `<path d="M4 11 12 4l8 7v8.5H14.5V14h-5v5.5H4z"/>`,
	"people":      `<circle cx="9" cy="8" r="3.5"/><path d="M2.5 20c.3-4 3-6 6.5-6s6.2 2 6.5 6M16 4.8a3.4 3.4 0 0 1 0 6.4M18 14.5c2 .8 3.3 2.7 3.5 5.5"/>`,
	"person":      `<circle cx="12" cy="8" r="4"/><path d="M4.5 20.5c.5-4.3 3.3-6.5 7.5-6.5s7 2.2 7.5 6.5"/>`,
	"layers":      `<path d="M12 3.5 21 8l-9 4.5L3 8zM3.5 12.5 12 16.7l8.5-4.2M3.5 16.5 12 20.7l8.5-4.2"/>`,
	"mail":        `<rect x="3" y="5" width="18" height="14" rx="2"/><path d="m3.5 7 8.5 6 8.5-6"/>`,
	"key":         `<circle cx="8" cy="16" r="4.5"/><path d="M11.5 12.5 20 4M16.5 7.5l3 3M14 10l2 2"/>`,
	"pulse":       `<path d="M2.5 12h4L9.5 4l5 16 3-8h4"/>`,
	"card":        `<rect x="2.5" y="5" width="19" height="14" rx="2.2"/><path d="M2.5 10h19M6 15h4"/>`,
	"gear":        `<circle cx="12" cy="12" r="3.2"/><circle cx="12" cy="12" r="6.5"/><path d="M12 2.5v3M12 18.5v3M2.5 12h3M18.5 12h3M5.3 5.3l2.1 2.1M16.6 16.6l2.1 2.1M5.3 18.7l2.1-2.1M16.6 7.4l2.1-2.1"/>`,
	"shield":      `<path d="M12 3 4.5 5.8v5.4c0 4.8 3 8 7.5 9.8 4.5-1.8 7.5-5 7.5-9.8V5.8z"/><path d="m8.8 12 2.2 2.2 4.2-4.4"/>`,
	"sync":        `<path d="M4 8a8.3 8.3 0 0 1 14.5-1.5L20.5 9M20.5 4v5h-5M20 16a8.3 8.3 0 0 1-14.5 1.5L3.5 15M3.5 20v-5h5"/>`,
	"clock":       `<circle cx="12" cy="12" r="9"/><path d="M12 6.8V12l3.5 2.2"/>`,
	"ok":          `<circle cx="12" cy="12" r="9"/><path d="m8 12.3 2.8 2.8L16 9.3"/>`,
	"alert":       `<circle cx="12" cy="12" r="9"/><path d="M12 7.5v5.3M12 16.3v.1"/>`,
	"info":        `<circle cx="12" cy="12" r="9"/><path d="M12 11.2v5.3M12 7.7v.1"/>`,
	"warn":        `<path d="M12 4 2.8 20h18.4zM12 10v4.5M12 17.3v.1"/>`,
	"ban":         `<circle cx="12" cy="12" r="9"/><path d="M5.7 5.7l12.6 12.6"/>`,
	"check":       `<path d="m5 12.8 4.6 4.6L19 7.5"/>`,
	"cross":       `<path d="M6.5 6.5l11 11M17.5 6.5l-11 11"/>`,
	"minus":       `<path d="M6 12h12"/>`,
	"plus":        `<path d="M12 5v14M5 12h14"/>`,
	"copy":        `<rect x="9" y="9" width="11.5" height="11.5" rx="2"/><path d="M15 5.5a2 2 0 0 0-2-2H5.5a2 2 0 0 0-2 2V13a2 2 0 0 0 2 2"/>`,
	"arrow-left":  `<path d="M20 12H4.5M11 5.5 4.5 12l6.5 6.5"/>`,
	"arrow-right": `<path d="M4 12h15.5M13 5.5l6.5 6.5-6.5 6.5"/>`,
	"chevron":     `<path d="m7 9.5 5 5 5-5"/>`,
	"play":        `<path d="M7 4.5 19.5 12 7 19.5z"/>`,
	"page":        `<path d="M6 3h8.5L19 7.5V21H6zM14 3.5V8h4.5M9 12.5h7M9 16.5h7"/>`,
	"menu":        `<path d="M4 7h16M4 12h16M4 17h16"/>`,
	"search":      `<circle cx="10.5" cy="10.5" r="6.5"/><path d="m15.5 15.5 5 5"/>`,
	"link":        `<path d="M10 14.5a4 4 0 0 0 5.7 0l3.6-3.6a4 4 0 0 0-5.7-5.7L12.3 6.5M14 9.5a4 4 0 0 0-5.7 0l-3.6 3.6a4 4 0 0 0 5.7 5.7l1.3-1.3"/>`,
	"globe":       `<circle cx="12" cy="12" r="9"/><path d="M3 12h18M12 3c-5 5.5-5 12.5 0 18 5-5.5 5-12.5 0-18z"/>`,
	"lock":        `<rect x="5" y="10.5" width="14" height="10" rx="2"/><path d="M8 10.5V8a4 4 0 0 1 8 0v2.5"/>`,
	"download":    `<path d="M12 3.5v12M7 11l5 5 5-5M4 20.5h16"/>`,
	"upload":      `<path d="M12 16V4M7 8.5l5-5 5 5M4 20.5h16"/>`,
	"trash":       `<path d="M4 6.5h16M9 6V3.5h6V6M6 6.5 7 20.5h10l1-14M10 10.5v6M14 10.5v6"/>`,
	"out":         `<path d="M14 4H5v16h9M10 12h10.5M16.5 8l4 4-4 4"/>`,
	"help":        `<circle cx="12" cy="12" r="9"/><path d="M9.5 9.5c.2-1.5 1.2-2.3 2.6-2.3s2.5.9 2.5 2.2c0 1.9-2.6 2-2.6 4M12 16.7v.1"/>`,
	"tag":         `<path d="M3.5 4v7.5L12.5 20.5l8-8L11.5 3.5H4zM8 8v.1"/>`,
}

// Icon draws a decorative icon; the words beside it carry the meaning.
func Icon(name string) templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		shape, ok := icons[name]
		if !ok {
			return fmt.Errorf("views: no icon %q", name)
		}
		_, err := io.WriteString(w, `<svg class="icon" aria-hidden="true" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-linecap="round" stroke-linejoin="round" width="18" height="18">`+shape+`</svg>`)
		return err
	})
}
