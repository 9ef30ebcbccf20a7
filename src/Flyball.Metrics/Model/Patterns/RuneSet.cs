namespace Flyball.Metrics.Model.Patterns;

/// <summary>A set of code points as sorted, disjoint ranges.</summary>
internal sealed class RuneSet
{
    public const int MaxRune = 0x10FFFF;

    private readonly List<(int Low, int High)> ranges = [];

    public static readonly RuneSet Digits = Of(('0', '9'));
    public static readonly RuneSet Word = Of(('0', '9'), ('A', 'Z'), ('_', '_'), ('a', 'z'));
    public static readonly RuneSet Space = Of(('\t', '\n'), ('\f', '\r'), (' ', ' '));

    public IReadOnlyList<(int Low, int High)> Ranges => ranges;

    public static RuneSet Of(params ReadOnlySpan<(int Low, int High)> parts)
    {
        var set = new RuneSet();
        foreach ((int low, int high) in parts) set.Add(low, high);
        return set;
    }

    public void Add(int low, int high)
    {
        int at = 0;
        while (at < ranges.Count && ranges[at].High + 1 < low) at++;
        while (at < ranges.Count && ranges[at].Low <= high + 1)
        {
            low = Math.Min(low, ranges[at].Low);
            high = Math.Max(high, ranges[at].High);
            ranges.RemoveAt(at);
        }

        ranges.Insert(at, (low, high));
    }

    public void Add(RuneSet other)
    {
        foreach ((int low, int high) in other.ranges) Add(low, high);
    }

    public RuneSet Complement()
    {
        var rest = new RuneSet();
        int next = 0;
        foreach ((int low, int high) in ranges)
        {
            if (low > next) rest.ranges.Add((next, low - 1));
            next = high + 1;
        }

        if (next <= MaxRune) rest.ranges.Add((next, MaxRune));
        return rest;
    }

    /// <summary>How many code points, counted up to <paramref name="limit"/>.</summary>
    public int CountUpTo(int limit)
    {
        long count = 0;
        foreach ((int low, int high) in ranges) count += high - low + 1;
        return (int)Math.Min(count, limit);
    }

    /// <summary>The set of a POSIX class name (<c>alpha</c>), or null when there is none of that name.</summary>
    public static RuneSet? Posix(string name) => name switch
    {
        "alnum" => Of(('0', '9'), ('A', 'Z'), ('a', 'z')),
        "alpha" => Of(('A', 'Z'), ('a', 'z')),
        "ascii" => Of((0, 0x7F)),
        "blank" => Of(('\t', '\t'), (' ', ' ')),
        "cntrl" => Of((0, 0x1F), (0x7F, 0x7F)),
        "digit" => Digits,
        "graph" => Of(('!', '~')),
        "lower" => Of(('a', 'z')),
        "print" => Of((' ', '~')),
        "punct" => Of(('!', '/'), (':', '@'), ('[', '`'), ('{', '~')),
        "space" => Of(('\t', '\r'), (' ', ' ')),
        "upper" => Of(('A', 'Z')),
        "word" => Word,
        "xdigit" => Of(('0', '9'), ('A', 'F'), ('a', 'f')),
        _ => null,
    };
}
