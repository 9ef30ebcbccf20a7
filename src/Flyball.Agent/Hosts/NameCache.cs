using System.Text;

namespace Flyball.Agent.Hosts;

/// <summary>
/// Strings for the names that the kernel's tables repeat, made once: what was read before costs no allocation. Bounded:
/// beyond <see cref="NamesMax"/> they are made anew each time.
/// </summary>
internal sealed class NameCache
{
    private const int NamesMax = 8_192;
    private const int LengthMax = 256;

    private readonly Dictionary<string, string> names = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string>.AlternateLookup<ReadOnlySpan<char>> lookup;
    private readonly Func<string, string> make;

    /// <param name="make">Makes the string that stands for what was read; default itself.</param>
    public NameCache(Func<string, string>? make = null)
    {
        this.make = make ?? (static read => read);
        lookup = names.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    public string Of(ReadOnlySpan<byte> read)
    {
        if (read.Length > LengthMax) return make(Encoding.UTF8.GetString(read));
        Span<char> text = stackalloc char[LengthMax];
        text = text[..Encoding.UTF8.GetChars(read, text)];
        if (lookup.TryGetValue(text, out string? known)) return known;
        string key = text.ToString();
        string made = make(key);
        if (names.Count < NamesMax) names[key] = made;
        return made;
    }
}
