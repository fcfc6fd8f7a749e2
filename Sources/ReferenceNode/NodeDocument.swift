/// A document that a node serves to anybody who asks with GET or HEAD.
public struct NodeDocument: Sendable, Hashable {
    /// Its media type, for example `text/html; charset=UTF-8`.
    public var contentType: String
    /// Its bytes.
    public var bytes: [UInt8]

    /// A document of this type.
    public init(contentType: String, bytes: [UInt8]) {
        self.contentType = contentType
        self.bytes = bytes
    }
}
