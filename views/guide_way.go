package views

import (
	"fmt"
	"slices"
)

// GuideWay is one of several kinds of app that a provider offers for the same thing.
type GuideWay struct {
	Key   string `yaml:"key"`   // stands at the instructions of this way
	Name  string `yaml:"name"`  // A separate app for people
	Short string `yaml:"short"` // before an instruction while none is chosen: Separate app
	Why   string `yaml:"why"`   // who is to choose it
}

// HasWay tells whether the part has this way.
func (p *GuidePart) HasWay(key string) bool {
	return slices.ContainsFunc(p.Ways, func(w GuideWay) bool { return w.Key == key })
}

// onWay leaves out what is for another way than the chosen one.
func (p *GuidePart) onWay(list []guideInstruction, chosen string) (out []guideInstruction) {
	for _, do := range list {
		if do.Way != "" && chosen != "" && do.Way != chosen {
			continue
		}
		if do.Way != "" && chosen == "" {
			i := slices.IndexFunc(p.Ways, func(w GuideWay) bool { return w.Key == do.Way })
			do.Text = "**" + p.Ways[i].Short + ":** " + do.Text
		}
		out = append(out, do)
	}
	return out
}

// checkWays finds an instruction for a way that nobody can choose.
func (p *GuidePart) checkWays() error {
	for _, s := range p.Steps {
		for _, do := range s.Do {
			if do.Way != "" && !p.HasWay(do.Way) {
				return fmt.Errorf("the step %q has an instruction for the way %q, which is not in ways", s.Title, do.Way)
			}
		}
	}
	return nil
}

// WayForm asks which of the guide's ways to follow.
type WayForm struct {
	Action, Chosen string // POST; the field is "way"
	Ways           []GuideWay
}

func (w WayForm) choices() (list []Choice) {
	for _, way := range w.Ways {
		list = append(list, Choice{Value: way.Key, Label: way.Name, Hint: way.Why})
	}
	return list
}

func (w WayForm) word() string {
	if w.Chosen == "" {
		return "Choose"
	}
	return "Change"
}
