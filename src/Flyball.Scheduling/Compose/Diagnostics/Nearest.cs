namespace Flyball.Scheduling.Compose.Diagnostics;

/// <summary>Finds the word that somebody probably meant.</summary>
internal static class Nearest
{
    // Longer words are not typing errors of anything and would only cost time.
    private const int WordLengthMax = 64;

    /// <summary>
    /// The candidate with the smallest edit distance (insert, delete, replace, swap of neighbours), if that is at most
    /// a third of the word; the first by ordinal among equals; null when nothing is near.
    /// </summary>
    public static string? Of(string word, IEnumerable<string> candidates)
    {
        if (word.Length is 0 or > WordLengthMax) return null;
        string? best = null;
        int bestDistance = Math.Max(1, word.Length / 3) + 1;
        foreach (string candidate in candidates.Order(StringComparer.Ordinal))
        {
            if (Math.Abs(candidate.Length - word.Length) >= bestDistance) continue;
            int distance = Distance(word, candidate);
            if (distance >= bestDistance) continue;
            best = candidate;
            bestDistance = distance;
        }
        return best;
    }

    /// <summary>As a hint for a diagnostic: <c>did you mean 'ports'?</c>, or null.</summary>
    public static string? Hint(string word, IEnumerable<string> candidates) =>
        Of(word, candidates) is { } near ? $"did you mean '{near}'?" : null;

    /// <summary>The optimal string alignment distance, ignoring case.</summary>
    public static int Distance(string left, string right)
    {
        int[,] cost = new int[left.Length + 1, right.Length + 1];
        for (int i = 0; i <= left.Length; i++) cost[i, 0] = i;
        for (int j = 0; j <= right.Length; j++) cost[0, j] = j;
        for (int i = 1; i <= left.Length; i++)
        for (int j = 1; j <= right.Length; j++)
        {
            int replace = Same(left[i - 1], right[j - 1]) ? 0 : 1;
            int least = Math.Min(Math.Min(cost[i - 1, j], cost[i, j - 1]) + 1, cost[i - 1, j - 1] + replace);
            bool swapped = i > 1 && j > 1 && Same(left[i - 1], right[j - 2]) && Same(left[i - 2], right[j - 1]);
            cost[i, j] = swapped ? Math.Min(least, cost[i - 2, j - 2] + 1) : least;
        }
        return cost[left.Length, right.Length];
    }

    private static bool Same(char left, char right) => char.ToLowerInvariant(left) == char.ToLowerInvariant(right);
}
