import SockJS

/// The answers of sessions as they are written, for as long as their date is right: nearly all requests get one of these
/// again.
struct WrittenResponses {
    /// Beyond this the first one is forgotten.
    private static let limit = 16

    private var date = HTTPDate(seconds: 0)
    private var written: [(of: SessionResponse, response: HTTPResponse)] = []

    /// The answer with its date.
    mutating func response(_ response: SessionResponse, at now: HTTPDate) -> HTTPResponse {
        if date != now {
            date = now
            written.removeAll(keepingCapacity: true)
        }
        if let known = written.first(where: { $0.of == response }) { return known.response }
        let made = HTTPResponse(response.response, at: now)
        if written.count == Self.limit { written.removeFirst() }
        written.append((response, made))
        return made
    }
}
