namespace Flyball.Apis.Searching;

/// <summary>
/// Finds APIs, operations and schemas by words. Each word has to be somewhere in what is found; names count for more
/// than sentences, and the beginning of a name for more than its middle.
/// </summary>
internal sealed class ApiSearch
{
    /// <summary>Words of a question; further ones are left out.</summary>
    public const int WordsMax = 10;

    /// <summary>Letters of a question.</summary>
    public const int LengthMax = 200;

    private readonly string[] words;

    private ApiSearch(string[] words) => this.words = words;

    /// <summary>Null for a question without a word.</summary>
    public static ApiSearch? Parse(string text)
    {
        string cut = text.Length > LengthMax ? text[..LengthMax] : text;
        string[] words =
        [
            .. cut.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)
                .Distinct(StringComparer.OrdinalIgnoreCase).Take(WordsMax),
        ];
        return words.Length == 0 ? null : new ApiSearch(words);
    }

    public IEnumerable<SearchHit> In(string workload, int version, ApiIndex index)
    {
        if (Score([workload, index.Title], []) is > 0 and int whole)
            yield return new SearchHit(workload, version, "api", index.Title, "version " + index.Version, whole + 1);
        foreach (IndexedOperation operation in index.Operations)
        {
            string name = $"{operation.Method} {operation.Path}";
            int score = Score(
                [operation.Path, operation.Id ?? "", operation.Method],
                [operation.Summary, .. operation.Tags, workload]);
            if (score > 0)
                yield return new SearchHit(workload, version, "operation", name, operation.Summary, score);
        }

        foreach (string schema in index.Schemas)
            if (Score([schema], [workload]) is > 0 and int found)
                yield return new SearchHit(workload, version, "schema", schema, "", found);
    }

    /// <summary>The best first, equal ones by name, so that an answer is always the same.</summary>
    public static IEnumerable<SearchHit> Ordered(IEnumerable<SearchHit> hits) => hits
        .OrderByDescending(hit => hit.Score)
        .ThenBy(hit => hit.Workload, StringComparer.Ordinal)
        .ThenBy(hit => hit.Kind, StringComparer.Ordinal)
        .ThenBy(hit => hit.Name, StringComparer.Ordinal);

    private int Score(ReadOnlySpan<string> names, ReadOnlySpan<string> sentences)
    {
        int sum = 0;
        foreach (string word in words)
        {
            int best = 0;
            foreach (string name in names) best = Math.Max(best, OfName(name, word));
            foreach (string sentence in sentences)
                if (best < 1 && sentence.Contains(word, StringComparison.OrdinalIgnoreCase)) best = 1;
            if (best == 0) return 0;
            sum += best;
        }

        return sum;
    }

    private static int OfName(string name, string word)
    {
        int at = name.IndexOf(word, StringComparison.OrdinalIgnoreCase);
        if (at < 0) return 0;
        if (name.Length == word.Length) return 8;
        return at == 0 || !char.IsLetterOrDigit(name[at - 1]) ? 4 : 2;
    }
}
