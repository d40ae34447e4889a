package export_declarative_plugin_data_source

import (
	"net/url"

	contract "wit_component/declarative_plugin_data_source"
)

// The exchange rates of a day, as a data source.
var plugin = Plugin{
	Name:        "Rates",
	Description: "Exchange rates of a day.",
	Provider: []Attribute{
		{Name: "endpoint", Type: Text, Mode: Optional, Description: "The origin of the service. Default: `https://rates.example.com`."},
		{Name: "token", Type: Text, Mode: Optional, Description: "The token of the service.", Sensitive: true},
	},
	Headers: []contract.Header{{Name: "x-token", Attribute: "token"}},
	Endpoints: []Endpoint{{
		Role:      "rates",
		Attribute: "endpoint",
		Defaults:  []string{"https://rates.example.com"},
		Requests:  []Request{{Method: "GET", Path: "/v1/rates/{}", Query: []string{"date"}}},
	}},
	Sources: []Source{{
		Name:        "rates",
		Description: "The exchange rates of a currency.",
		Attributes: []Attribute{
			{Name: "base", Type: Text, Mode: Required, Description: "The currency that is exchanged, such as `EUR`."},
			{Name: "date", Type: Text, Mode: Optional, Description: "The day, such as `2026-01-02`. Default: today."},
			{Name: "rates", Type: List(rate), Mode: Computed, Description: "The rates."},
		},
		Check: checkRates,
		Read:  readRates,
	}},
}

var rate = Object(
	Attribute{Name: "currency", Type: Text, Mode: Computed, Description: "The other currency."},
	Attribute{Name: "rate", Type: Number, Mode: Computed, Description: "How much of it one unit of `base` is."},
)

// checkRates checks the arguments. One that is null may be unknown yet.
func checkRates(arguments Values) error {
	if base, set := arguments.Text("base"); set && len(base) != 3 {
		return &Failure{Summary: "Not a valid currency", Detail: "`base` has three characters, such as `EUR`.", Path: "base"}
	}
	return nil
}

// readRates reads the source, and returns the attributes that are computed.
func readRates(call *Call) (any, error) {
	base, _ := call.Arguments.Text("base")
	query := url.Values{}
	if date, set := call.Arguments.Text("date"); set {
		query.Set("date", date)
	}
	var answer Values
	if err := call.Get("rates", "/v1/rates/"+url.PathEscape(base), query, &answer); err != nil {
		return nil, err
	}
	found := []Values{}
	for _, one := range answer["rates"].([]any) {
		of := one.(map[string]any)
		found = append(found, Values{"currency": of["currency"], "rate": of["rate"]})
	}
	return Values{"rates": found}, nil
}
