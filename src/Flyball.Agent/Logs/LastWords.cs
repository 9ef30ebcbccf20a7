namespace Flyball.Agent.Logs;

/// <summary>What a task wrote last goes into the message of its end, whatever driver ran it.</summary>
internal static class LastWords
{
    /// <summary>Lines looked at from the end; with all of them blank there are no words.</summary>
    public const int LinesMax = 20;

    private const int CharactersMax = 300;

    /// <summary>The line, cut to what fits into a status.</summary>
    public static string Cut(string line)
    {
        string text = line.Trim();
        return text.Length > CharactersMax ? text[..CharactersMax] + "…" : text;
    }
}
