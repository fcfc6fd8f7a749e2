/// A server's answer to an offer of permessage-deflate, as it stands in the header (RFC 7692 §7.1).
struct DeflateAnswer: Hashable, Sendable {
    var serverNoContextTakeover = false
    var clientNoContextTakeover = false
    var serverMaxWindowBits: Int?
    var clientMaxWindowBits: Int?

    /// Reads an answer; nil if a parameter is unknown, repeated or has an invalid value.
    init?(_ element: ExtensionElement) {
        guard Set(element.parameters.map(\.name)).count == element.parameters.count else { return nil }
        for parameter in element.parameters {
            switch (parameter.name, parameter.value) {
            case ("server_no_context_takeover", nil): serverNoContextTakeover = true
            case ("client_no_context_takeover", nil): clientNoContextTakeover = true
            case ("server_max_window_bits", let value?):
                guard let bits = Self.windowBits(value) else { return nil }
                serverMaxWindowBits = bits
            case ("client_max_window_bits", let value?):
                guard let bits = Self.windowBits(value) else { return nil }
                clientMaxWindowBits = bits
            default: return nil
            }
        }
    }

    /// A decimal number from 8 to 15 without leading zeros (§7.1.2).
    static func windowBits(_ text: String) -> Int? {
        DeflateParameters.windowBitsRange.first { String($0) == text }
    }
}
