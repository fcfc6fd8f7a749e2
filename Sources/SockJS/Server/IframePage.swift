/// The page of the server's origin in which the client's iframe transports run.
struct IframePage {
    let bytes: [UInt8]
    /// In quotation marks.
    let entityTag: String

    init(clientURL: String) {
        let page = """
            <!DOCTYPE html>
            <html>
            <head>
              <meta http-equiv="X-UA-Compatible" content="IE=edge" />
              <meta http-equiv="Content-Type" content="text/html; charset=UTF-8" />
              <script src="\(clientURL)"></script>
              <script>
                document.domain = document.domain;
                SockJS.bootstrap_iframe();
              </script>
            </head>
            <body>
              <h2>Don't panic!</h2>
              <p>This is a SockJS hidden iframe. It's used for cross domain magic.</p>
            </body>
            </html>
            """
        bytes = Array(page.utf8)
        entityTag = "\"\(MD5.hex(of: bytes))\""
    }

    /// Whether a path below the prefix, slash at its end removed, is one of the page's: `/iframe.html`,
    /// `/iframe-a.0.html`, …
    static func isNamed(_ path: Substring) -> Bool {
        guard path.hasPrefix("/iframe"), path.hasSuffix("html") else { return false }
        let middle = path.dropFirst("/iframe".count)
        guard middle.count > "html".count else { return false }
        return middle.dropLast("html".count + 1).utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "-"),
                UInt8(ascii: "."), UInt8(ascii: "_"):
                true
            default: false
            }
        }
    }
}
