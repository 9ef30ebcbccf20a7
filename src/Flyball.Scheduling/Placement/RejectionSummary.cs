using System.Globalization;
using System.Text;

namespace Flyball.Scheduling.Placement;

/// <summary>Turns every node's no into one sentence, the most frequent reason first.</summary>
internal static class RejectionSummary
{
    /// <summary>Reasons named at most; a large cluster's sentence must still be read.</summary>
    private const int ReasonsMax = 6;

    public static string Of(IReadOnlyList<Rejection> rejections)
    {
        if (rejections.Count == 0) return "no node can run it: there is no node, start an agent";
        List<(Rejection Reason, int Count)> groups =
        [
            .. rejections.GroupBy(rejection => rejection.Singular, StringComparer.Ordinal)
                .Select(group => (Reason: group.First(), Count: group.Count()))
                .OrderByDescending(group => group.Count)
                .ThenBy(group => group.Reason.Singular, StringComparer.Ordinal),
        ];
        var text = new StringBuilder("no node can run it: ");
        for (int i = 0; i < groups.Count && i < ReasonsMax; i++)
        {
            (Rejection reason, int count) = groups[i];
            if (i > 0) text.Append(", ");
            string words = count == 1 ? $"1 node {reason.Singular}" : $"{Number(count)} nodes {reason.Plural}";
            text.Append(words);
        }

        if (groups.Count > ReasonsMax)
            text.Append(CultureInfo.InvariantCulture, $", {groups.Count - ReasonsMax} more reasons");
        return text.ToString();
    }

    private static string Number(int count) => count.ToString(CultureInfo.InvariantCulture);
}
