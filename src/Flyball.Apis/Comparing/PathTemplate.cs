using System.Text;

namespace Flyball.Apis.Comparing;

/// <summary>Paths with parameters in braces: what a parameter is called makes no difference to who calls.</summary>
internal static class PathTemplate
{
    /// <summary>The path with <c>{}</c> for each parameter.</summary>
    public static string Nameless(string path)
    {
        var text = new StringBuilder(path.Length);
        int depth = 0;
        foreach (char letter in path)
        {
            if (letter == '}' && depth > 0) depth--;
            if (depth == 0) text.Append(letter);
            if (letter == '{') depth++;
        }

        return text.ToString();
    }

    /// <summary>Names of the parameters, from the left.</summary>
    public static List<string> Names(string path)
    {
        var names = new List<string>();
        int at = 0;
        while ((at = path.IndexOf('{', at)) >= 0)
        {
            int end = path.IndexOf('}', at);
            if (end < 0) break;
            names.Add(path[(at + 1)..end]);
            at = end;
        }

        return names;
    }
}
