import NIOCore

/// What a peer said, fit to stand in a message of ours.
enum PeerWords {
    /// The beginning of a body in quotes, with line ends and control characters spelled out.
    static func quoted(_ body: ByteBuffer, limit: Int = 200) -> String {
        quoted(String(decoding: body.readableBytesView.prefix(limit), as: UTF8.self))
    }

    /// The beginning of a text in quotes.
    static func quoted(_ text: String, limit: Int = 200) -> String { String(text.prefix(limit)).debugDescription }

    /// The same without quotes, for names and addresses.
    static func plain(_ text: String) -> String { String(quoted(text).dropFirst().dropLast()) }
}
