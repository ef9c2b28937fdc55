/// The frame of every page that Usher writes: it loads nothing and has no scripts.
struct HTMLPage {
    let title: String
    let version: String
    /// More for the head.
    var head: Markup = ""
    let header: Markup
    let main: Markup
    let footer: Markup

    var text: String { page.html }

    private var page: Markup {
        """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <meta name="robots" content="noindex">
        <meta name="generator" content="Usher \(version)">
        \(head)
        <title>\(title)</title>
        <style>
        \(ReportStyle.sheet)
        </style>
        </head>
        <body>
        <header>
        \(header)
        </header>
        <main>
        \(main)
        </main>
        <footer class="faint">
        \(footer)
        </footer>
        </body>
        </html>

        """
    }
}
