import Wire

/// Reading one cookie of a request (RFC 6265 §4.2).
enum CookieField {
    /// The first value a name has in the request's `Cookie` fields.
    static func value(of name: String, in head: RequestHead) -> Substring? {
        values(of: name, in: head, atMost: 1).first
    }

    /// The values a name has in the request's `Cookie` fields, of which there may be several; so many of them at most.
    static func values(of name: String, in head: RequestHead, atMost limit: Int) -> ShownKeys {
        var (name, found, count) = (name, ShownKeys(), 0)
        name.withUTF8 { name in
            head.forEachValue("cookie") { field in
                var start = 0
                while count < limit, let value = value(of: name, in: field, from: &start) {
                    found.append(Substring(decoding: value, as: UTF8.self))
                    count += 1
                }
            }
        }
        return found
    }

    /// The next value from this place on, which is left behind it.
    private static func value(
        of name: UnsafeBufferPointer<UInt8>, in field: UnsafeRawBufferPointer, from start: inout Int
    ) -> UnsafeRawBufferPointer? {
        while start < field.count {
            var (first, last) = (start, start)
            while last < field.count, field[last] != UInt8(ascii: ";") { last += 1 }
            start = last + 1
            while first < last, isBlank(field[first]) { first += 1 }
            let equals = first + name.count
            guard equals < last, field[equals] == UInt8(ascii: "="),
                name.indices.allSatisfy({ field[first + $0] == name[$0] })
            else { continue }
            first = equals + 1
            while first < last, isBlank(field[last - 1]) { last -= 1 }
            let quote = UInt8(ascii: "\"")
            if last - first >= 2, field[first] == quote, field[last - 1] == quote {
                (first, last) = (first + 1, last - 1)
            }
            return UnsafeRawBufferPointer(rebasing: field[first..<last])
        }
        return nil
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }
}
