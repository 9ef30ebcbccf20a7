using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Unicode;
using Flyball.Apis.Reading;

namespace Flyball.Apis.Pages;

/// <summary>
/// A page as it grows. What is written into it as literal text of our source is markup; whatever fills a hole is
/// escaped, so that no document, name or question of anybody becomes markup, in text and in quoted attributes alike.
/// </summary>
internal sealed class Html
{
    /// <summary>
    /// Letters of a page, markup apart that closes what is open. Whoever shows a list asks before each of its items
    /// whether there is room.
    /// </summary>
    public const int LengthMax = 8 << 20;

    private static readonly HtmlEncoder Encoder = HtmlEncoder.Create(UnicodeRanges.All);

    private readonly StringBuilder text = new();

    public bool IsFull => text.Length >= LengthMax;

    private int Room => Math.Max(LengthMax - text.Length, 0);

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

        /// <summary>
        /// The lengths, which the compiler hands in, are of no use: making room for each text copies all before it.
        /// </summary>
        public Markup(int literalLength, int formattedCount, Html page)
        {
            _ = (literalLength, formattedCount);
            this.page = page;
        }

        public void AppendLiteral(string value) => page.text.Append(value);

        public void AppendFormatted(string? value) =>
            page.text.Append(Encoder.Encode(Excerpt.Of(value ?? "", Math.Max(page.Room, Excerpt.LengthMax))));

        public void AppendFormatted(int value) => page.text.Append(CultureInfo.InvariantCulture, $"{value}");

        public void AppendFormatted(long value, string format) =>
            page.text.Append(value.ToString(format, CultureInfo.InvariantCulture));
    }
}
