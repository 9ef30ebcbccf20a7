using System.Collections.Concurrent;
using System.Globalization;

namespace Flyball.Metrics.Model.Patterns;

/// <summary>
/// The sets behind <c>\p{L}</c>: general categories by one or two letters, found by walking all code points once for
/// each name that is asked for. Scripts (<c>\p{Greek}</c>) are not known to .NET and are refused.
/// </summary>
internal static class UnicodeClasses
{
    private static readonly ConcurrentDictionary<string, RuneSet?> Known = new(StringComparer.Ordinal);

    private static readonly string[] Codes =
    [
        "Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Me", "Nd", "Nl", "No", "Zs", "Zl", "Zp", "Cc", "Cf", "Cs", "Co",
        "Pc", "Pd", "Ps", "Pe", "Pi", "Pf", "Po", "Sm", "Sc", "Sk", "So", "Cn",
    ];

    public static RuneSet? Find(string name)
    {
        if (name == "Any") return RuneSet.Of((0, RuneSet.MaxRune));
        bool known = Array.Exists(Codes, code => code == name || (name.Length == 1 && code[0] == name[0]));
        return known ? Known.GetOrAdd(name, Build) : null;
    }

    private static RuneSet Build(string name)
    {
        var set = new RuneSet();
        int start = -1;
        for (int rune = 0; rune <= RuneSet.MaxRune + 1; rune++)
        {
            bool isIn = rune <= RuneSet.MaxRune
                && Codes[(int)CharUnicodeInfo.GetUnicodeCategory(rune)].StartsWith(name, StringComparison.Ordinal);
            if (isIn && start < 0) start = rune;
            if (isIn || start < 0) continue;
            set.Add(start, rune - 1);
            start = -1;
        }

        return set;
    }
}
