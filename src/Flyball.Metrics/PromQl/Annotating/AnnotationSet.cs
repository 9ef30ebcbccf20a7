using Flyball.Metrics.Model;

namespace Flyball.Metrics.PromQl.Annotating;

/// <summary>The annotations of one query, each text once.</summary>
internal sealed class AnnotationSet
{
    /// <summary>More different texts than this are counted, not kept.</summary>
    public const int MaxKept = 1000;

    private readonly SortedDictionary<string, Annotation> byText = new(ByteOrder.Instance);

    /// <summary>Annotations left out because there were too many.</summary>
    public int Dropped { get; private set; }

    public void Add(Annotation annotation)
    {
        if (byText.TryGetValue(annotation.Text, out Annotation? earlier))
            byText[annotation.Text] = annotation.MergeInto(earlier);
        else if (byText.Count < MaxKept) byText.Add(annotation.Text, annotation);
        else Dropped++;
    }

    public IReadOnlyList<string> Warnings(string query) => Describe(query, isWarning: true);

    public IReadOnlyList<string> Infos(string query) => Describe(query, isWarning: false);

    private string[] Describe(string query, bool isWarning) =>
        [.. byText.Values.Where(one => one.IsWarning == isWarning).Select(one => one.Describe(query))];
}
