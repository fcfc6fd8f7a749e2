import Foundation
import Wire

/// Values of an affinity cookie that lead to another address, if the balancer believes them: in the ways in which balancers
/// write the addresses of nodes.
enum ForgedAddress {
    /// What a cookie's value becomes where it holds an address, and what it might be.
    static func values(of value: String, from node: Endpoint, to other: Endpoint) -> [String] {
        let rewritten = codings.compactMap { coding -> String? in
            guard let text = coding.decode(value) else { return nil }
            let (from, to) = (node.description, other.description)
            return text.contains(from) ? coding.encode(text.replacingOccurrences(of: from, with: to)) : nil
        }
        let plain = [other.description, "http://\(other)"]
        let guessed = codings.flatMap { coding in plain.map(coding.encode) }
        let values = rewritten + guessed + [bigIP(other)].compactMap { $0 }
        var seen: Set<String> = []
        return values.filter { seen.insert($0).inserted }
    }

    private struct Coding: Sendable {
        var decode: @Sendable (String) -> String?
        var encode: @Sendable (String) -> String
    }

    /// As it is; in base64 as Envoy's stateful sessions; in the URL's alphabet; in percents; in hexadecimal digits.
    private static let codings: [Coding] = [
        Coding(decode: { $0 }, encode: { $0 }),
        Coding(
            decode: { Data(base64Encoded: $0).flatMap { String(data: $0, encoding: .utf8) } },
            encode: { Data($0.utf8).base64EncodedString() }),
        Coding(
            decode: { Data(base64Encoded: padded($0)).flatMap { String(data: $0, encoding: .utf8) } },
            encode: { unpadded(Data($0.utf8).base64EncodedString()) }),
        Coding(
            decode: { $0.removingPercentEncoding },
            encode: { $0.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? $0 }),
        Coding(
            decode: text(ofDigits:),
            encode: { $0.utf8.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined() }),
    ]

    private static func padded(_ text: String) -> String {
        let plain = text.replacingOccurrences(of: "-", with: "+").replacingOccurrences(of: "_", with: "/")
        return plain + String(repeating: "=", count: (4 - plain.utf8.count % 4) % 4)
    }

    private static func unpadded(_ text: String) -> String {
        text.replacingOccurrences(of: "+", with: "-").replacingOccurrences(of: "/", with: "_")
            .trimmingCharacters(in: CharacterSet(charactersIn: "="))
    }

    @Sendable private static func text(ofDigits digits: String) -> String? {
        let numbers = digits.utf8.map { Character(UnicodeScalar($0)).hexDigitValue }
        guard numbers.count % 2 == 0, !numbers.isEmpty, numbers.allSatisfy({ $0 != nil }) else { return nil }
        let bytes = stride(from: 0, to: numbers.count, by: 2).map { index in
            UInt8((numbers[index] ?? 0) << 4 | (numbers[index + 1] ?? 0))
        }
        return String(bytes: bytes, encoding: .utf8)
    }

    /// As BIG-IP's: the address and the port as numbers with their bytes in reverse order.
    private static func bigIP(_ endpoint: Endpoint) -> String? {
        let parts = endpoint.host.split(separator: ".").compactMap { UInt32($0) }
        guard parts.count == 4, let port = UInt16(exactly: endpoint.port) else { return nil }
        let address = parts.reversed().reduce(UInt32(0)) { $0 << 8 | $1 & 0xFF }
        return "\(address).\(port.byteSwapped).0000"
    }
}
