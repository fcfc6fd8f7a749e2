/// One element of `Sec-WebSocket-Extensions`: a name and its parameters (RFC 6455 §9.1).
struct ExtensionElement: Hashable, Sendable {
    struct Parameter: Hashable, Sendable {
        var name: String
        /// Nil without `=`; a quoted value without its quotes.
        var value: String?
    }

    var name: String
    var parameters: [Parameter]

    /// Reads all lines as one list; nil if they break the grammar. A quoted value need not be a token here, so that
    /// the extension it belongs to can decline it.
    static func parse(_ lines: [String]) -> [ExtensionElement]? {
        var elements: [ExtensionElement] = []
        for line in lines {
            var scanner = Scanner(bytes: Array(line.utf8))
            while true {
                scanner.skipBlanks()
                if scanner.isAtEnd { break }
                if scanner.take(UInt8(ascii: ",")) { continue }
                guard let element = scanner.element() else { return nil }
                elements.append(element)
                guard scanner.isAtEnd || scanner.take(UInt8(ascii: ",")) else { return nil }
            }
        }
        return elements
    }
}

extension ExtensionElement: CustomStringConvertible {
    var description: String {
        parameters.reduce(name) { text, parameter in
            text + "; " + parameter.name + (parameter.value.map { "=" + $0 } ?? "")
        }
    }
}

/// Walks over one line, each byte once.
private struct Scanner {
    let bytes: [UInt8]
    var index = 0

    var isAtEnd: Bool { index == bytes.count }

    mutating func skipBlanks() {
        while index < bytes.count, bytes[index] == 0x20 || bytes[index] == 0x09 { index += 1 }
    }

    mutating func take(_ byte: UInt8) -> Bool {
        guard index < bytes.count, bytes[index] == byte else { return false }
        index += 1
        return true
    }

    mutating func token() -> String? {
        let start = index
        while index < bytes.count, bytes[index].isTokenCharacter { index += 1 }
        return start == index ? nil : String(decoding: bytes[start..<index], as: UTF8.self)
    }

    mutating func quoted() -> String? {
        guard take(UInt8(ascii: "\"")) else { return nil }
        var text: [UInt8] = []
        while index < bytes.count {
            let byte = bytes[index]
            index += 1
            if byte == UInt8(ascii: "\"") { return String(decoding: text, as: UTF8.self) }
            if byte == UInt8(ascii: "\\") {
                guard index < bytes.count else { return nil }
                text.append(bytes[index])
                index += 1
            } else {
                text.append(byte)
            }
        }
        return nil
    }

    mutating func element() -> ExtensionElement? {
        guard let name = token() else { return nil }
        var element = ExtensionElement(name: name, parameters: [])
        skipBlanks()
        while take(UInt8(ascii: ";")) {
            skipBlanks()
            guard let name = token() else { return nil }
            var parameter = ExtensionElement.Parameter(name: name, value: nil)
            skipBlanks()
            if take(UInt8(ascii: "=")) {
                skipBlanks()
                guard let value = quoted() ?? token() else { return nil }
                parameter.value = value
                skipBlanks()
            }
            element.parameters.append(parameter)
        }
        return element
    }
}
