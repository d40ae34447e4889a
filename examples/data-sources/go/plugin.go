// Package export_declarative_plugin_data_source makes a component of `declarative:plugin/data-source` from a table of
// data sources, `plugin`. Copy this file and `plugin_http.go` unchanged. The bindings choose the name of the package.
package export_declarative_plugin_data_source

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"runtime"
	"strings"
	"unicode/utf8"

	types "go.bytecodealliance.org/pkg/wit/types"
	contract "wit_component/declarative_plugin_data_source"
)

// Diagnostics are for people: a longer message is cut.
const longestMessage = 2000

// Plugin is the component.
type Plugin struct {
	Name, Description string
	Provider          []Attribute
	Headers           []contract.Header
	Endpoints         []Endpoint
	Sources           []Source
}

// Type is a type of values: `Text`, `Number`, `TruthValue`, or an object of attributes.
type Type struct {
	element     *contract.ElementType
	attributes  []Attribute
	collections []contract.Collection
}

var (
	text, number, truthValue = contract.MakeElementTypeText(), contract.MakeElementTypeNumber(), contract.MakeElementTypeTruthValue()
	Text                     = Type{element: &text}
	Number                   = Type{element: &number}
	TruthValue               = Type{element: &truthValue}
)

// Object is a type of objects with these attributes.
func Object(attributes ...Attribute) Type { return Type{attributes: attributes} }

// List is a type of lists of these values.
func List(of Type) Type {
	of.collections = append([]contract.Collection{contract.Collection_List}, of.collections...)
	return of
}

// Mode says who sets an attribute.
type Mode = contract.Mode

const (
	Required, Optional         = contract.Mode_Required, contract.Mode_Optional
	Computed, OptionalComputed = contract.Mode_Computed, contract.Mode_OptionalComputed
)

// Attribute is a value of an object.
type Attribute struct {
	Name        string
	Type        Type
	Mode        Mode
	Description string
	Sensitive   bool
	Environment []string
}

// Endpoint is where requests of a role go: to the origin that `Attribute` names, or else to `Defaults`.
type Endpoint struct {
	Role, Attribute string
	Defaults        []string
	Stable          bool
	Requests        []Request
}

// Request is a kind of request. In its path, `{}` stands for one segment. `Query` holds the names in its query.
type Request struct {
	Method, Path string
	Query        []string
}

// Source is a data source. `Read` returns the computed attributes. In `Check`, what is null may be unknown.
type Source struct {
	Name, Description string
	Attributes        []Attribute
	Check             func(arguments Values) error
	Read              func(call *Call) (any, error)
}

// Values are attributes by their names. Numbers are `json.Number`, which keeps every digit.
type Values map[string]any

// Text returns a text, and whether it is set.
func (values Values) Text(name string) (string, bool) {
	value, set := values[name].(string)
	return value, set
}

// Failure is an error that people can understand. `Path` names the argument at fault.
type Failure struct{ Summary, Detail, Path string }

func (failure *Failure) Error() string { return failure.Summary + ": " + failure.Detail }

func parse(text []byte, into any) error {
	// The decoder would replace other bytes silently.
	if !utf8.Valid(text) {
		return errors.New("not UTF-8")
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	if err := decoder.Decode(into); err != nil {
		return err
	}
	if _, err := decoder.Token(); err != io.EOF {
		return errors.New("more than one value")
	}
	return nil
}

// Describe describes the component. The list of objects grows while they are described: those within others come after.
func Describe() contract.Description {
	objects := [][]Attribute{plugin.Provider}
	description := contract.Description{Name: plugin.Name, Description: plugin.Description}
	for at, source := range plugin.Sources {
		objects = append(objects, source.Attributes)
		described := contract.Source{Name: source.Name, Description: source.Description, Object: uint32(at + 1), Deprecated: types.None[string]()}
		description.Sources = append(description.Sources, described)
	}
	for at := 0; at < len(objects); at++ {
		var object contract.ObjectType
		for _, attribute := range objects[at] {
			element := attribute.Type.element
			if element == nil {
				inner := contract.MakeElementTypeObject(uint32(len(objects)))
				element, objects = &inner, append(objects, attribute.Type.attributes)
			}
			object.Attributes = append(object.Attributes, contract.Attribute{
				Name: attribute.Name, Mode: attribute.Mode, Description: attribute.Description, Sensitive: attribute.Sensitive,
				Holds:      contract.ValueType{Collections: attribute.Type.collections, Element: *element},
				Deprecated: types.None[string](), Environment: attribute.Environment,
			})
		}
		description.Objects = append(description.Objects, object)
	}
	for _, header := range plugin.Headers {
		description.Authentication = append(description.Authentication, contract.MakeAuthenticationHeader(header))
	}
	for _, one := range plugin.Endpoints {
		described := contract.Endpoint{Role: one.Role, Attribute: one.Attribute, Defaults: one.Defaults, Stable: one.Stable}
		description.Endpoints = append(description.Endpoints, described)
	}
	return description
}

// Needs lists the requests of the component.
func Needs() (needs []contract.Need) {
	for _, endpoint := range plugin.Endpoints {
		for _, request := range endpoint.Requests {
			needs = append(needs, contract.Need{Role: endpoint.Role, Method: request.Method, Path: request.Path, Query: request.Query})
		}
	}
	return needs
}

// ValidateProvider has nothing to check that the host does not.
func ValidateProvider(contract.Values) []contract.Diagnostic { return nil }

// ValidateArguments checks the arguments of a source.
func ValidateArguments(source string, arguments contract.Values) (diagnostics []contract.Diagnostic) {
	defer recoverAs(source, &diagnostics)
	if err := check(find(source), values(arguments)); err != nil {
		return reported(source, err)
	}
	return nil
}

// ReadAt reads a source.
func ReadAt(source string, provider, arguments contract.Values, endpoints []contract.Resolved) (
	result types.Result[contract.Reading, []contract.Diagnostic],
) {
	failed := types.Err[contract.Reading, []contract.Diagnostic]
	var fault []contract.Diagnostic
	defer func() {
		if fault != nil {
			result = failed(fault)
		}
	}()
	defer recoverAs(source, &fault)
	call := &Call{Arguments: values(arguments), Provider: values(provider), origins: map[string][]string{}, headers: plugin.Headers}
	for _, endpoint := range endpoints {
		call.origins[endpoint.Role] = endpoint.Origins
	}
	if err := check(find(source), call.Arguments); err != nil {
		return failed(reported(source, err))
	}
	read, err := find(source).Read(call)
	if err != nil {
		return failed(reported(source, err))
	}
	text, err := json.Marshal(read)
	if err != nil {
		return failed(reported(source, err))
	}
	return types.Ok[contract.Reading, []contract.Diagnostic](contract.Reading{Json: string(text), Diagnostics: call.warnings})
}

var placeholder = regexp.MustCompile(`\{\w+\}`)

// A value that cannot lead to another host.
var harmless = regexp.MustCompile(`^[a-z0-9-]+$`)

// Read reads a source for a host that does not complete origins.
func Read(source string, provider, arguments contract.Values) types.Result[contract.Reading, []contract.Diagnostic] {
	configuration, given := values(provider), values(arguments)
	var endpoints []contract.Resolved
	for _, endpoint := range plugin.Endpoints {
		resolved := contract.Resolved{Role: endpoint.Role}
		if origin, set := configuration.Text(endpoint.Attribute); set {
			resolved.Origins = []string{origin}
		} else {
			for _, pattern := range endpoint.Defaults {
				complete := true
				origin := placeholder.ReplaceAllStringFunc(pattern, func(name string) string {
					value, set := given.Text(name[1 : len(name)-1])
					if !set {
						value, _ = configuration.Text(name[1 : len(name)-1])
					}
					complete = complete && harmless.MatchString(value)
					return value
				})
				if complete {
					resolved.Origins = append(resolved.Origins, origin)
				}
			}
		}
		endpoints = append(endpoints, resolved)
	}
	return ReadAt(source, provider, arguments, endpoints)
}

func find(name string) *Source {
	for at := range plugin.Sources {
		if plugin.Sources[at].Name == name {
			return &plugin.Sources[at]
		}
	}
	panic("there is no data source " + name)
}

func check(source *Source, arguments Values) error {
	if source.Check == nil {
		return nil
	}
	return source.Check(arguments)
}

func values(given contract.Values) (values Values) {
	if err := parse([]byte(given.Json), &values); err != nil {
		panic(err)
	}
	return values
}

// A panic of the author's code becomes a diagnostic with its message and its place.
func recoverAs(source string, diagnostics *[]contract.Diagnostic) {
	if fault := recover(); fault != nil {
		*diagnostics = reported(source, fmt.Errorf("%v%s", fault, place()))
	}
}

// The first function of this package on the stack of a panic, which stands above those of the runtime.
func place() string {
	callers := make([]uintptr, 32)
	frames := runtime.CallersFrames(callers[:runtime.Callers(4, callers)])
	for frame, more := frames.Next(); more; frame, more = frames.Next() {
		if strings.Contains(frame.Function, "export_declarative_plugin_data_source") {
			return fmt.Sprintf("\n%s:%d", frame.File[strings.LastIndex(frame.File, "/")+1:], frame.Line)
		}
	}
	return ""
}

func reported(source string, err error) []contract.Diagnostic {
	var failure *Failure
	if !errors.As(err, &failure) {
		detail := err.Error() + "\nReport this to the authors of the component."
		failure = &Failure{Summary: "The data source " + source + " is at fault", Detail: detail}
	}
	return []contract.Diagnostic{diagnostic(contract.Severity_Error, failure)}
}

func diagnostic(severity contract.Severity, failure *Failure) contract.Diagnostic {
	path := types.None[[]contract.Step]()
	if failure.Path != "" {
		path = types.Some([]contract.Step{contract.MakeStepAttribute(failure.Path)})
	}
	cut := func(text string) string { return strings.ToValidUTF8(text[:min(len(text), longestMessage)], "�") }
	return contract.Diagnostic{Severity: severity, Summary: cut(failure.Summary), Detail: cut(failure.Detail), Path: path}
}
