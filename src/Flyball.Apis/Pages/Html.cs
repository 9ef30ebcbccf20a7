using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Unicode;

namespace Flyball.Apis.Pages;

/// <summary>
/// A page as it grows. What is written into it as literal text of our source is markup; whatever fills a hole is
/// escaped, so that no document, name or question of anybody becomes markup, in text and in quoted attributes alike.
/// </summary>
internal sealed class Html
{
    private static readonly HtmlEncoder Encoder = HtmlEncoder.Create(UnicodeRanges.All);

    private readonly StringBuilder text = new();

    public int Length => text.Length;

#pragma warning disable CA1822 // The handler writes into this page: it is what the call is for.
    public void Add([InterpolatedStringHandlerArgument("")] ref Markup markup) => _ = markup.Page;
#pragma warning restore CA1822

    /// <summary>The style sheet as it is: its hash is that of its exact bytes.</summary>
    public void AddSheet() => text.Append(Style.Sheet);

    public override string ToString() => text.ToString();

    /// <summary>Fills a page from an interpolated text.</summary>
    [InterpolatedStringHandler]
    public readonly ref struct Markup
    {
        private readonly Html page;

        internal Html Page => page;

        public Markup(int literalLength, int formattedCount, Html page)
        {
            page.text.EnsureCapacity(page.text.Length + literalLength + (formattedCount * 8));
            this.page = page;
        }

        public void AppendLiteral(string value) => page.text.Append(value);

        public void AppendFormatted(string? value) => page.text.Append(Encoder.Encode(value ?? ""));

        public void AppendFormatted(int value) => page.text.Append(CultureInfo.InvariantCulture, $"{value}");

        public void AppendFormatted(long value, string format) =>
            page.text.Append(value.ToString(format, CultureInfo.InvariantCulture));
    }
}
