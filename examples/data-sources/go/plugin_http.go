package export_declarative_plugin_data_source

import (
	"errors"
	"fmt"
	"net/url"
	"strings"

	types "go.bytecodealliance.org/pkg/wit/types"
	contract "wit_component/declarative_plugin_data_source"
	outgoing "wit_component/wasi_http_outgoing_handler"
	http "wit_component/wasi_http_types"
	streams "wit_component/wasi_io_streams"
)

// The largest answer that is read, in bytes.
const largestAnswer = 16 << 20

// Call is a read: the arguments, and the provider's configuration.
type Call struct {
	Arguments, Provider Values
	origins             map[string][]string
	headers             []contract.Header
	warnings            []contract.Diagnostic
}

// Warn adds a warning to the result.
func (call *Call) Warn(summary, detail string) {
	call.warnings = append(call.warnings, diagnostic(contract.Severity_Warning, &Failure{Summary: summary, Detail: detail}))
}

// Get makes a GET request to the first origin of a role, and reads the JSON of the answer. `path` is encoded already.
func (call *Call) Get(role, path string, query url.Values, answer any) error {
	if len(call.origins[role]) == 0 {
		return &Failure{Summary: "The endpoint " + role + " has no origin"}
	}
	origin := call.origins[role][0]
	where, target := "GET "+origin+path, path
	if len(query) > 0 {
		target += "?" + query.Encode()
	}
	status, body, err := send(origin, target, call.authentication())
	if err != nil {
		return &Failure{Summary: "The request failed", Detail: where + ": " + err.Error()}
	}
	if status != 200 {
		shown := string(body[:min(len(body), 200)])
		return &Failure{Summary: fmt.Sprint("The service answers with status ", status), Detail: where + ": " + shown}
	}
	if err := parse(body, answer); err != nil {
		return &Failure{Summary: "The answer of the service is not the expected JSON", Detail: where + ": " + err.Error() + "."}
	}
	return nil
}

// A host that authenticates passes null. Only one that cannot leaves the header to the component.
func (call *Call) authentication() []types.Tuple2[string, []byte] {
	for _, header := range call.headers {
		if value, set := call.Provider.Text(header.Attribute); set {
			return []types.Tuple2[string, []byte]{{F0: header.Name, F1: []byte(header.Prefix + value)}}
		}
	}
	return nil
}

func send(origin, target string, headers []types.Tuple2[string, []byte]) (uint16, []byte, error) {
	scheme, authority, _ := strings.Cut(origin, "://")
	way := http.MakeSchemeHttps()
	if scheme == "http" {
		way = http.MakeSchemeHttp()
	}
	request := http.MakeOutgoingRequest(http.FieldsFromList(headers).Ok())
	request.SetScheme(types.Some(way))
	request.SetAuthority(types.Some(authority))
	request.SetPathWithQuery(types.Some(target))
	future := outgoing.Handle(request, types.None[*http.RequestOptions]())
	if future.IsErr() {
		return 0, nil, httpError(future.Err())
	}
	future.Ok().Subscribe().Block()
	answer := future.Ok().Get().Some().Ok()
	if answer.IsErr() {
		return 0, nil, httpError(answer.Err())
	}
	body, err := readBody(answer.Ok().Consume().Ok().Stream().Ok())
	return answer.Ok().Status(), body, err
}

func readBody(stream *streams.InputStream) ([]byte, error) {
	var body []byte
	for len(body) <= largestAnswer {
		piece := stream.BlockingRead(1 << 16)
		if piece.IsOk() {
			body = append(body, piece.Ok()...)
		} else if err := piece.Err(); err.Tag() == streams.StreamError_Closed {
			return body, nil
		} else {
			return nil, errors.New(err.LastOperationFailed().ToDebugString())
		}
	}
	return nil, fmt.Errorf("the answer is larger than %d bytes", largestAnswer)
}

// The names of wasi:http's errors, in their order.
var httpErrors = strings.Fields(`DNS-timeout DNS-error destination-not-found destination-unavailable
	destination-IP-prohibited destination-IP-unroutable connection-refused connection-terminated connection-timeout
	connection-read-timeout connection-write-timeout connection-limit-reached TLS-protocol-error TLS-certificate-error
	TLS-alert-received HTTP-request-denied HTTP-request-length-required HTTP-request-body-size
	HTTP-request-method-invalid HTTP-request-URI-invalid HTTP-request-URI-too-long HTTP-request-header-section-size
	HTTP-request-header-size HTTP-request-trailer-section-size HTTP-request-trailer-size HTTP-response-incomplete
	HTTP-response-header-section-size HTTP-response-header-size HTTP-response-body-size
	HTTP-response-trailer-section-size HTTP-response-trailer-size HTTP-response-transfer-coding
	HTTP-response-content-coding HTTP-response-timeout HTTP-upgrade-failed HTTP-protocol-error loop-detected
	configuration-error internal-error`)

func httpError(code http.ErrorCode) error {
	if code.Tag() == http.ErrorCode_InternalError && code.InternalError().IsSome() {
		return fmt.Errorf("internal-error (%s)", code.InternalError().Some())
	}
	return errors.New(httpErrors[code.Tag()])
}
