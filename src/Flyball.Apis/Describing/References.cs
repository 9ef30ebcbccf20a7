using Flyball.Apis.Reading;

namespace Flyball.Apis.Describing;

/// <summary>
/// Follows <c>$ref</c> within one document. What lies outside of it is never fetched: it stays a reference.
/// </summary>
internal sealed class References(DocNode root)
{
    private readonly Dictionary<string, Located?> found = new(StringComparer.Ordinal);

    /// <summary>The text of a value's own reference; null when it is none.</summary>
    public static string? Of(DocNode node) =>
        node is MapNode map && map.Find("$ref") is ScalarNode { Kind: ScalarKind.Text } text ? text.Text : null;

    /// <summary>
    /// The value that a chain of references ends at: the value itself when it is no reference, null and why when the
    /// chain leads nowhere, round in a circle, or out of the document.
    /// </summary>
    public Located? Resolve(Located at, out string? problem)
    {
        Located current = at;
        for (int step = 0; step <= ReadLimits.ReferenceChainMax; step++)
        {
            if (Of(current.Node) is not { } reference)
            {
                problem = null;
                return current;
            }

            if (JsonPointer.OfReference(reference) is not { } pointer)
            {
                problem = IsOutside(reference) ? null : $"'{Excerpt.Of(reference)}' is no reference";
                return null;
            }

            if (Find(pointer) is not { } next)
            {
                problem = $"the reference '{Excerpt.Of(reference)}' leads to nothing";
                return null;
            }

            current = next;
        }

        problem = $"the reference '{Excerpt.Of(Of(at.Node)!)}' leads round in a circle, or over more than "
            + $"{ReadLimits.ReferenceChainMax} others";
        return null;
    }

    /// <summary>Null for what leads nowhere: whoever asks has been told when the document was read.</summary>
    public Located? Resolve(Located at) => Resolve(at, out _);

    /// <summary>A file or an address: legal, and not followed.</summary>
    private static bool IsOutside(string reference) => reference.Length > 0 && reference[0] != '#';

    private Located? Find(string pointer)
    {
        if (found.TryGetValue(pointer, out Located? known)) return known;
        Located? fresh = JsonPointer.Find(root, pointer) is var (node, at) ? new Located(node, at) : null;
        found.Add(pointer, fresh);
        return fresh;
    }
}
