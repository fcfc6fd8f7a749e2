import Testing

/// Our emulated client against the one it emulates.
extension BrowserTests {
    @Test(.timeLimit(.minutes(3)))
    func `our client and the browser end up alike in every situation of the table`() async throws {
        guard DebianPackage.areInstalled(.chromium, .sockJSClient) else { return }
        let page = try await BrowserPage.start()
        let origin = try page.origin(host: "localhost")
        let (seen, emulated) = try await AgreementLab.with(clientURL: try page.scriptURL()) { lab in
            async let emulated = lab.emulate(origin: origin)
            return (try await lab.browse(page), try await emulated)
        }
        try await page.close()

        var table = AgreementTable()
        for cell in AgreementCell.all {
            let result = try #require(seen[cell.description])
            let (ours, milliseconds) = try #require(emulated[cell])
            let real = AgreementOutcome(result)
            #expect(ours == real, "\(cell): the browser tells \(result)")
            #expect(result.difference == nil && result.problem == nil, "\(result)")
            for open in [result.openMilliseconds, milliseconds].compactMap(\.self) {
                #expect(open >= real.leastMilliseconds, "\(cell) opened before its deadlines had passed")
            }
            table.append(cell, real, browser: result.openMilliseconds, emulated: milliseconds)
        }
        print(table.text)
        #expect(try AgreementTable.committed() == table.csv, "the table has changed:\n\(table.csv)")
    }
}
