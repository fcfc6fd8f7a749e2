import Testing

@testable import Stickler

@Suite struct OwnAppTests {
    struct Refused: CustomTestStringConvertible {
        var target = VerificationTarget.reference()
        var apps: [String]
        var says: String
        var testDescription: String { says }
    }

    @Test(arguments: [
        Refused(apps: ["127.0.0.1:1", "127.0.0.1:2"], says: "2 apps for 3 nodes"),
        Refused(apps: ["127.0.0.1:1", "127.0.0.1:2", "127.0.0.1"], says: "\"127.0.0.1\" is not an address"),
        Refused(
            target: .url("http://127.0.0.1:1", controls: ["127.0.0.1:2", "127.0.0.1:3"]),
            apps: ["127.0.0.1:4", "127.0.0.1:5", "127.0.0.1:6"], says: "stickler node --app HOST:PORT"),
    ])
    func `apps that can't stand behind the nodes are refused before anything starts`(_ refused: Refused) {
        let error = #expect(throws: VerificationError.self) { try Verification(refused.target, apps: refused.apps) }
        #expect(error?.exitCode == 2)
        #expect(error?.description.contains(refused.says) == true, "\(error?.description ?? "")")
    }

    @Test func `what is announced names the apps`() throws {
        let apps = ["127.0.0.1:1", "127.0.0.1:2", "127.0.0.1:2"]
        let announcement = try Verification(apps: apps).announcement
        #expect(announcement.contains("note: behind the nodes are the apps at \(apps.joined(separator: ", ")),"))
    }

    @Test func `a node is not started before an app without an address`() async {
        var options = StandaloneNode.Options()
        options.app = "nowhere"
        let error = await #expect(throws: VerificationError.self) {
            try await StandaloneNode.start(
                id: "n1", listen: "127.0.0.1:0", control: "127.0.0.1:0", options: options)
        }
        #expect(error?.description.contains("\"nowhere\" is not an address") == true)
    }
}
