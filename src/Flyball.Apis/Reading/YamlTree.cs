using System.Globalization;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Flyball.Apis.Reading;

/// <summary>
/// Reads one YAML document into nodes that know their place. Aliases are shared, never copied, and counted as if they
/// were written out; duplicate keys are faults. Plain values are read by YAML 1.2's core schema, as OpenAPI asks for.
/// </summary>
internal sealed class YamlTree
{
    private const string MergeKey = "<<";

    private readonly Parser parser;
    private readonly Dictionary<string, DocNode> anchors = new(StringComparer.Ordinal);
    private long nodes;

    private YamlTree(string text) => parser = new Parser(new Scanner(new StringReader(text), skipComments: true));

    /// <exception cref="FaultException">It is no YAML, or beyond a limit.</exception>
    public static DocNode Read(string text)
    {
        var tree = new YamlTree(text);
        try
        {
            return tree.ReadDocument();
        }
        catch (YamlException e)
        {
            throw new FaultException(At(JsonPointer.Root, e.Start, $"this is not valid YAML: {Plainly(e.Message)}"));
        }
        catch (Exception e) when (e is not (FaultException or OutOfMemoryException))
        {
            // YamlDotNet 18.1 answers some malformed input (an unclosed "[1," before "b: 2") with whatever comes.
            throw new FaultException(At(
                JsonPointer.Root, tree.parser.Current?.Start ?? Mark.Empty,
                "this is not valid YAML: a value, bracket or quote does not end"));
        }
    }

    private DocNode ReadDocument()
    {
        parser.MoveNext();
        if (parser.Current is not StreamStart || !parser.MoveNext() || parser.Current is not DocumentStart)
            throw new FaultException(new ApiFault("", 0, 0, "the document is empty"));
        parser.MoveNext();
        DocNode root = ReadNode(JsonPointer.Root, 0);
        parser.MoveNext();
        if (parser.Current is DocumentStart second)
            throw new FaultException(At(JsonPointer.Root, second.Start, "there is more than one YAML document"));
        return root;
    }

    private DocNode ReadNode(JsonPointer pointer, int depth)
    {
        ParsingEvent current = parser.Current
            ?? throw new FaultException(new ApiFault(pointer.ToString(), 0, 0, "the document ends too early"));
        Count(pointer, current, 1);
        if (depth > ReadLimits.DepthMax)
            throw new FaultException(At(pointer, current.Start, $"nested deeper than {ReadLimits.DepthMax} levels"));
        if (current is AnchorAlias alias)
        {
            if (!anchors.TryGetValue(alias.Value.Value, out DocNode? named))
                throw new FaultException(At(
                    pointer, current.Start, $"no anchor '&{Excerpt.Of(alias.Value.Value)}' stands before"));
            Count(pointer, current, named.Size);
            parser.MoveNext();
            return named;
        }

        DocNode node = current switch
        {
            Scalar scalar => ReadScalar(scalar),
            SequenceStart => ReadList(pointer, current, depth),
            MappingStart => ReadMap(pointer, current, depth),
            _ => throw new FaultException(At(pointer, current.Start, "a value is missing")),
        };
        // Registered when complete: an alias to a node from inside it is unknown, so there are no cycles.
        if (current is NodeEvent { Anchor.IsEmpty: false } anchored) anchors[anchored.Anchor.Value] = node;
        return node;
    }

    private ScalarNode ReadScalar(Scalar scalar)
    {
        parser.MoveNext();
        bool isPlain = scalar.Style == ScalarStyle.Plain && (scalar.Tag.IsEmpty || scalar.Tag.IsNonSpecific);
        (ScalarKind kind, string text) = isPlain ? Resolve(scalar.Value) : (ScalarKind.Text, scalar.Value);
        return new ScalarNode((int)scalar.Start.Line, (int)scalar.Start.Column, kind, text);
    }

    private ListNode ReadList(JsonPointer pointer, ParsingEvent start, int depth)
    {
        parser.MoveNext();
        var items = new List<DocNode>();
        while (parser.Current is not SequenceEnd)
            items.Add(ReadNode(pointer.Join(items.Count), depth + 1));
        parser.MoveNext();
        return new ListNode((int)start.Start.Line, (int)start.Start.Column, items);
    }

    private MapNode ReadMap(JsonPointer pointer, ParsingEvent start, int depth)
    {
        parser.MoveNext();
        var entries = new List<KeyValuePair<string, DocNode>>();
        var merged = new List<MapNode>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        while (parser.Current is not MappingEnd)
        {
            ParsingEvent at = parser.Current!;
            if (at is not Scalar name)
                throw new FaultException(At(pointer, at?.Start ?? start.Start, "a key must be a plain word"));
            parser.MoveNext();
            JsonPointer child = pointer.Join(name.Value);
            if (child.Length > ReadLimits.PointerLengthMax)
                throw new FaultException(At(pointer, name.Start, ReadLimits.TooFar));
            DocNode value = ReadNode(child, depth + 1);
            if (name is { Value: MergeKey, Style: ScalarStyle.Plain }) merged.AddRange(Maps(value));
            else if (seen.Add(name.Value)) entries.Add(new(name.Value, value));
            else throw new FaultException(At(child, name.Start, "the key is there twice"));
        }

        parser.MoveNext();
        foreach (MapNode source in merged)
        {
            Count(pointer, start, source.Size);
            entries.AddRange(source.Entries.Where(entry => seen.Add(entry.Key)));
        }

        return new MapNode((int)start.Start.Line, (int)start.Start.Column, entries);
    }

    private static IEnumerable<MapNode> Maps(DocNode value) => value switch
    {
        MapNode map => [map],
        ListNode list => list.Items.OfType<MapNode>(),
        _ => [],
    };

    private void Count(JsonPointer pointer, ParsingEvent at, long more)
    {
        nodes += more;
        if (nodes > ReadLimits.NodesMax)
        {
            string bound = $"the document has more than {ReadLimits.NodesMax} values with aliases written out";
            throw new FaultException(At(pointer, at.Start, bound));
        }
    }

    private static (ScalarKind Kind, string Text) Resolve(string text)
    {
        if (text is "" or "~" or "null" or "Null" or "NULL") return (ScalarKind.Null, "null");
        if (text is "true" or "True" or "TRUE") return (ScalarKind.Truth, "true");
        if (text is "false" or "False" or "FALSE") return (ScalarKind.Truth, "false");
        bool isNumber = (char.IsAsciiDigit(text[^1]) || text[^1] == '.')
            && (char.IsAsciiDigit(text[0]) || text[0] is '-' or '+' or '.')
            && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _);
        return (isNumber ? ScalarKind.Number : ScalarKind.Text, text);
    }

    private static ApiFault At(JsonPointer pointer, Mark mark, string message) =>
        new(pointer.ToString(), (int)mark.Line, (int)mark.Column, message);

    private static string Plainly(string message) =>
        message.Length == 0 ? "it cannot be read" : char.ToLowerInvariant(message[0]) + message[1..].TrimEnd('.');
}
