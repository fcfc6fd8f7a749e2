/// The name of a service whose nodes discovery tells of, such as `web`.
///
/// It becomes a part of paths, keys and names of cookies, so that it is 1 to 64 letters, digits, `-`, `_` and `.` of ASCII
/// and begins with a letter or a digit.
package struct ServiceName: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// Most bytes of a name.
    package static let longest = 64

    /// What a service is called that is not told its name.
    package static let web = ServiceName(known: "web")

    /// The name.
    package let text: String

    private init(known text: String) { self.text = text }

    /// A name; throws for what is none.
    package init(_ text: String) throws(RecordError) {
        let bytes = text.utf8
        guard (1...Self.longest).contains(bytes.count), bytes.first?.isLetterOrDigit == true,
            bytes.allSatisfy({ $0.isLetterOrDigit(or: "-_.") })
        else { throw .service(text) }
        self.text = text
    }

    /// The name.
    package var description: String { text }

    /// By their bytes.
    package static func < (left: ServiceName, right: ServiceName) -> Bool { left.text < right.text }
}
