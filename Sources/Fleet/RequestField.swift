/// A header field as it is written in a request.
package struct RequestField: Sendable, Hashable {
    /// Its name.
    package var name: String
    /// Its value.
    package var value: String

    /// A field.
    package init(name: String, value: String) {
        self.name = name
        self.value = value
    }
}
