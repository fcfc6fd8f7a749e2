import Foundation
import NIOCore
import Wire

/// A request to etcd's JSON gateway, the same for each member but for its `Host`.
struct EtcdRequest: Sendable {
    private let path: String
    private let body: ByteBuffer

    /// A request for a path below `/v3`, which etcd has from 3.4 on.
    init(_ path: String, _ message: some Encodable) throws {
        self.path = "/v3\(path)"
        body = ByteBuffer(bytes: try JSONEncoder().encode(message))
    }

    /// The bytes for this member.
    func bytes(for endpoint: Endpoint) -> ByteBuffer {
        var text = RequestText("POST", path)
        text.add("Host", endpoint.description)
        text.add("Content-Type", "application/json")
        text.add("Content-Length", String(body.readableBytes))
        text.finish(body: body)
        return text.bytes
    }
}

/// What a member of etcd answered, with any status below 500.
struct EtcdAnswer: Sendable {
    /// Who answered, in words.
    var place: String
    /// The status.
    var status: Int
    /// The body.
    var body: Data

    /// Whether etcd says that there is no such lease.
    var saysLeaseIsLost: Bool { status == 404 && words.contains("requested lease not found") }

    /// What a good answer says; the failure that any other means.
    func decoded<Message: Decodable>(_ type: Message.Type) throws(RegistryFailure) -> Message {
        guard status == 200 else { throw .refused(by: place, status: status, words) }
        do { return try JSONDecoder().decode(type, from: body) } catch {
            throw .malformed(by: place, "the body of its answer is not the JSON expected")
        }
    }

    /// What it says of a refusal.
    private var words: String {
        do { return try JSONDecoder().decode(EtcdMessages.Refusal.self, from: body).message } catch {
            return String(decoding: body.prefix(200), as: UTF8.self)
        }
    }
}
