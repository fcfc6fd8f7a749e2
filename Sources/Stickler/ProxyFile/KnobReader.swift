import Balancers

/// Reads knobs from one mapping of a file in YAML: what is not there stays as it is, and what nobody asked for is an error.
struct KnobReader {
    private var reader: ManifestReader

    init(_ reader: ManifestReader) { self.reader = reader }

    /// A part of the file; does nothing where it is not there.
    mutating func section(
        _ key: String, _ body: (inout KnobReader) throws(ManifestError) -> Void
    ) throws(ManifestError) {
        guard let part = try reader.optionalMapping(key) else { return }
        var knobs = KnobReader(part)
        try body(&knobs)
        try knobs.finish()
    }

    /// Ends the reading of this mapping.
    func finish() throws(ManifestError) { try reader.finish() }

    /// What is wrong with the value of a key.
    func error(_ key: String, _ problem: String, remedy: String) -> ManifestError {
        reader.error(key, problem, remedy: remedy)
    }

    /// Whether the key stands there; asks for it.
    mutating func text(_ key: String) throws(ManifestError) -> String? { try reader.optionalText(key) }

    mutating func texts(_ key: String) throws(ManifestError) -> [String]? {
        let texts = try reader.texts(key, required: false)
        return texts.isEmpty ? nil : texts
    }

    mutating func mappings(_ key: String) throws(ManifestError) -> [KnobReader]? {
        try reader.optionalMappings(key)?.map(KnobReader.init)
    }

    // MARK: Values

    mutating func text(_ key: String, _ value: inout String) throws(ManifestError) {
        if let text = try text(key) { value = text }
    }

    /// A text, or `none`.
    mutating func text(_ key: String, _ value: inout String?) throws(ManifestError) {
        if let text = try text(key) { value = text == "none" ? nil : text }
    }

    mutating func flag(_ key: String, _ value: inout Bool) throws(ManifestError) {
        switch try text(key) {
        case nil: break
        case "true": value = true
        case "false": value = false
        case let text?: throw error(key, "is \"\(text)\"", remedy: "write true or false")
        }
    }

    mutating func whole(_ key: String, in range: ClosedRange<Int>, _ value: inout Int) throws(ManifestError) {
        guard let text = try text(key) else { return }
        guard let number = Int(text), range.contains(number) else {
            throw error(
                key, "is \"\(text)\"",
                remedy: "write a whole number from \(range.lowerBound) to \(range.upperBound), without a unit")
        }
        value = number
    }

    /// A whole number, or `none`.
    mutating func whole(_ key: String, in range: ClosedRange<Int>, _ value: inout Int?) throws(ManifestError) {
        guard let text = try text(key) else { return }
        if text == "none" {
            value = nil
            return
        }
        var number = 0
        try whole(key, in: range, &number)
        value = number
    }

    mutating func time(_ key: String, _ value: inout Duration) throws(ManifestError) {
        guard let text = try text(key) else { return }
        guard let time = Self.time(text) else {
            throw error(
                key, "is \"\(text)\"",
                remedy: "write a whole number of ms, s, m, h or d, at most 10000 days, for example 250ms, 90s or 1h")
        }
        value = time
    }

    /// A time, or `none`.
    mutating func time(_ key: String, _ value: inout Duration?) throws(ManifestError) {
        guard let text = try text(key) else { return }
        if text == "none" {
            value = nil
            return
        }
        var time = Duration.zero
        try self.time(key, &time)
        value = time
    }

    private static func time(_ text: String) -> Duration? {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        let units = ["ms": 1, "s": 1_000, "m": 60_000, "h": 3_600_000, "d": 86_400_000]
        guard let number = Int(digits), number > 0, let unit = units[String(text.dropFirst(digits.count))],
            number <= 864_000_000_000 / unit
        else { return nil }
        return .milliseconds(number * unit)
    }

    /// One of some names, each of which stands for a value.
    mutating func choice<Value>(
        _ key: String, _ choices: KeyValuePairs<String, Value>, _ value: inout Value
    ) throws(ManifestError) {
        guard let text = try text(key) else { return }
        guard let choice = choices.first(where: { $0.key == text }) else {
            throw error(key, "is \"\(text)\"", remedy: "write \(choices.map(\.key).joined(separator: " or "))")
        }
        value = choice.value
    }
}
