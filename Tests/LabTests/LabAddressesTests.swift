import Testing

@testable import Lab

@Suite("Each bench has a loopback network of its own")
struct LabAddressesTests {
    @Test("Networks of one process differ, and none is 127.0.0.0/24")
    func networks() {
        let fronts = (0..<250).map { _ in LabAddresses().front }
        #expect(Set(fronts).count == 250)
        #expect(fronts.allSatisfy { $0.hasPrefix("127.") && !$0.hasPrefix("127.0.0.") })
    }

    @Test("Nodes, clients and the front don't meet")
    func roles() {
        let addresses = LabAddresses()
        let nodes = (1...3).map { addresses.node($0).host }
        let clients = (0..<LabAddresses.clientCount).map(addresses.client)
        let all = nodes + clients + [addresses.front]
        #expect(Set(all).count == 3 + LabAddresses.clientCount + 1)
        for address in all {
            let last = address.split(separator: ".").last.flatMap { Int($0) }
            #expect((1...254).contains(last ?? 0))
        }
        #expect(addresses.node(1).port == 0)
        #expect(addresses.client(0) == addresses.client(LabAddresses.clientCount))
    }
}
