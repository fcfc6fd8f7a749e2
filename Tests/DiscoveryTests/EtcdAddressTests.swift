import Testing
import Wire

@testable import Discovery

@Suite("The address of an etcd")
struct EtcdAddressTests {
    static let addresses: [(text: String, endpoints: [String], prefix: String)] = [
        ("etcd://127.0.0.1:2379", ["127.0.0.1:2379"], "stickler"),
        ("etcd://127.0.0.1:2379/", ["127.0.0.1:2379"], "stickler"),
        ("etcd://localhost:1/meteor", ["127.0.0.1:1"], "meteor"),
        ("etcd://e1:2379,e2:2379,[::1]:65535/a/b-c_d.e", ["e1:2379", "e2:2379", "[::1]:65535"], "a/b-c_d.e"),
        ("etcd://e1:2379/" + String(repeating: "a", count: 128), ["e1:2379"], String(repeating: "a", count: 128)),
    ]

    @Test("One or more members, and what the keys begin with", arguments: addresses)
    func address(_ text: String, _ endpoints: [String], _ prefix: String) throws {
        let address = try EtcdAddress(parsing: text)
        #expect(address.endpoints.map(\.description) == endpoints)
        #expect(address.prefix == prefix)
        #expect(try EtcdAddress(parsing: address.description) == address)
    }

    static let mistakes: [(text: String, words: String)] = [
        ("", "does not begin with etcd://"), ("127.0.0.1:2379", "does not begin with etcd://"),
        ("http://127.0.0.1:2379", "without TLS"), ("https://127.0.0.1:2379", "without TLS"),
        ("etcd://", "\"\" is no HOST:PORT"), ("etcd:///meteor", "\"\" is no HOST:PORT"),
        ("etcd://127.0.0.1", "\"127.0.0.1\" is no HOST:PORT"), ("etcd://a:0", "\"a:0\" is no HOST:PORT"),
        ("etcd://a:1,", "\"\" is no HOST:PORT"), ("etcd://a:1,b", "\"b\" is no HOST:PORT"),
        ("etcd://u:p@a:1", "\"u:p@a:1\" is no HOST:PORT"), ("etcd://a:1,a:1", "a:1 is there twice"),
        ("etcd://" + (1...17).map { "a:\($0)" }.joined(separator: ","), "more than 16"),
        ("etcd://a:1//b", "the prefix"), ("etcd://a:1/b/", "the prefix"), ("etcd://a:1/b?c", "the prefix"),
        ("etcd://a:1/b c", "the prefix"), ("etcd://a:1/\u{0}", "the prefix"),
        ("etcd://a:1/" + String(repeating: "a", count: 129), "the prefix"),
    ]

    @Test("A mistake is told with what to write instead", arguments: mistakes)
    func mistake(_ text: String, _ words: String) {
        let error = #expect(throws: EtcdAddressError.self) { try EtcdAddress(parsing: text) }
        #expect(error?.description.contains(words) == true, "\(String(describing: error))")
        #expect(error?.description.contains("write etcd://HOST:PORT") == true)
    }
}
