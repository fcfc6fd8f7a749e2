/// Just the XML 1.0 that a report may use, and an error for all else: a lenient parser would prove nothing.
enum StrictXML {
    struct Element: Equatable {
        var name: String
        var attributes: [String: String] = [:]
        var children: [Element] = []
        var text = ""
    }

    struct Violation: Error, CustomStringConvertible {
        var description: String
    }

    static func parse(_ text: String) throws -> Element {
        var parser = Parser(rest: Array(text.unicodeScalars)[...])
        guard parser.skip("<?xml version=\"1.0\" encoding=\"UTF-8\"?>") else {
            throw Violation(description: "no declaration")
        }
        parser.skipBlanks()
        let root = try parser.element()
        parser.skipBlanks()
        guard parser.rest.isEmpty else { throw Violation(description: "text behind the root") }
        return root
    }

    private struct Parser {
        var rest: ArraySlice<Unicode.Scalar>

        mutating func skip(_ text: String) -> Bool {
            guard rest.starts(with: text.unicodeScalars) else { return false }
            rest = rest.dropFirst(text.unicodeScalars.count)
            return true
        }

        mutating func skipBlanks() { rest = rest.drop { [" ", "\n", "\t"].contains($0) } }

        mutating func expect(_ text: String) throws {
            guard skip(text) else {
                throw Violation(
                    description:
                        "expected \(text) before \(String(String.UnicodeScalarView(rest.prefix(40))).debugDescription)")
            }
        }

        mutating func name() throws -> String {
            let name = rest.prefix { $0 == "-" || $0.properties.isAlphabetic }
            guard !name.isEmpty else { throw Violation(description: "a name is missing") }
            rest = rest.dropFirst(name.count)
            return String(String.UnicodeScalarView(name))
        }

        mutating func characters(until end: Unicode.Scalar) throws -> String {
            var text = String.UnicodeScalarView()
            while let scalar = rest.first, scalar != end {
                rest = rest.dropFirst()
                switch scalar {
                case "&":
                    let entity = String(String.UnicodeScalarView(rest.prefix { $0 != ";" }))
                    try expect(entity + ";")
                    text.append(try Self.scalar(of: entity))
                case "<", ">", "\"": throw Violation(description: "\(scalar) is not escaped")
                case "\u{0}"..."\u{8}", "\u{b}", "\u{c}", "\u{d}"..."\u{1f}", "\u{fffe}", "\u{ffff}":
                    throw Violation(description: "U+\(scalar.value) has no place in XML")
                default: text.append(scalar)
                }
            }
            return String(text)
        }

        private static func scalar(of entity: String) throws -> Unicode.Scalar {
            switch entity {
            case "amp": return "&"
            case "lt": return "<"
            case "gt": return ">"
            case "quot": return "\""
            default:
                // Of the control characters these three alone may be referred to.
                guard ["#9", "#10", "#13"].contains(entity), let value = UInt32(entity.dropFirst()),
                    let scalar = Unicode.Scalar(value)
                else { throw Violation(description: "unknown entity \(entity)") }
                return scalar
            }
        }

        mutating func element() throws -> Element {
            try expect("<")
            var element = Element(name: try name())
            while skip(" ") {
                let key = try name()
                try expect("=\"")
                guard element.attributes.updateValue(try characters(until: "\""), forKey: key) == nil else {
                    throw Violation(description: "\(key) stands twice")
                }
                try expect("\"")
            }
            if skip("/>") { return element }
            try expect(">")
            while true {
                element.text += try characters(until: "<")
                if skip("</") { break }
                element.children.append(try self.element())
            }
            try expect(element.name + ">")
            if !element.children.isEmpty {
                guard element.text.allSatisfy(\.isWhitespace) else {
                    throw Violation(description: "text between the elements of \(element.name)")
                }
                element.text = ""
            }
            return element
        }
    }
}
