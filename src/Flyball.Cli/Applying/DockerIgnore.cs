using System.Text;
using System.Text.RegularExpressions;

namespace Flyball.Cli.Applying;

/// <summary>
/// A <c>.dockerignore</c> file: patterns from the context's root, <c>*</c> within a segment, <c>**</c> across segments,
/// <c>!</c> takes back; the last match counts. A pattern that matches a folder also matches what is in it.
/// </summary>
internal sealed class DockerIgnore
{
    private readonly List<(Regex Pattern, bool Excludes)> rules = [];

    public static DockerIgnore Read(string folder)
    {
        var ignore = new DockerIgnore();
        string file = Path.Combine(folder, ".dockerignore");
        if (!File.Exists(file)) return ignore;
        foreach (string line in File.ReadLines(file)) ignore.Add(line);
        return ignore;
    }

    public void Add(string line)
    {
        string text = line.Trim();
        if (text.Length == 0 || text[0] == '#') return;
        bool takesBack = text[0] == '!';
        if (takesBack) text = text[1..].Trim();
        text = text.Trim('/');
        if (text.StartsWith("./", StringComparison.Ordinal)) text = text[2..];
        if (text.Length == 0) return;
        rules.Add((new Regex(
            $"^{Translate(text)}(/.*)?$", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking), !takesBack));
    }

    public bool Excludes(string name)
    {
        bool excluded = false;
        foreach ((Regex pattern, bool excludes) in rules)
            if (pattern.IsMatch(name)) excluded = excludes;
        return excluded;
    }

    private static string Translate(string glob)
    {
        var regex = new StringBuilder();
        for (int i = 0; i < glob.Length; i++)
        {
            switch (glob[i])
            {
                case '*' when i + 2 < glob.Length && glob[i + 1] == '*' && glob[i + 2] == '/':
                    regex.Append("(.*/)?");
                    i += 2;
                    break;
                case '*' when i + 1 < glob.Length && glob[i + 1] == '*':
                    regex.Append(".*");
                    i++;
                    break;
                case '*':
                    regex.Append("[^/]*");
                    break;
                case '?':
                    regex.Append("[^/]");
                    break;
                default:
                    regex.Append(Regex.Escape(glob[i].ToString()));
                    break;
            }
        }

        return regex.ToString();
    }
}
