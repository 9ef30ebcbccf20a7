using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Flyball.Contracts.Yaml;

/// <summary>
/// Reads one YAML (or JSON) document into nodes. Bounded in characters, depth and nodes with aliases written out.
/// </summary>
public sealed class YamlTree
{
    /// <summary>Characters of a file.</summary>
    public const int CharactersMax = 16 << 20;

    private const int DepthMax = 64;
    private const int NodesMax = 2_000_000;

    private readonly YamlProblems _problems;
    private readonly Parser _parser;
    private readonly Dictionary<string, (YamlNode Node, int Size)> _anchors = new(StringComparer.Ordinal);
    private int _nodes;

    private YamlTree(string text, YamlProblems problems)
    {
        _problems = problems;
        _parser = new Parser(new Scanner(new StringReader(text), skipComments: true));
    }

    /// <summary>Null when the document is empty or a problem was added.</summary>
    public static YamlNode? TryRead(string text, YamlProblems problems)
    {
        if (text.Length > CharactersMax)
        {
            problems.Add(1, 1, $"the file has more than {CharactersMax} characters");
            return null;
        }

        var tree = new YamlTree(text, problems);
        try
        {
            YamlNode? node = tree.ReadDocument();
            return problems.Any ? null : node;
        }
        catch (YamlException e)
        {
            problems.Add((int)e.Start.Line, (int)e.Start.Column, $"this is no valid YAML: {e.Message}");
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException or FormatException)
        {
            // YamlDotNet 18.1 answers some malformed input (an unclosed "[1," before "b: 2") with these.
            Mark at = tree._parser.Current?.Start ?? Mark.Empty;
            problems.Add((int)at.Line, (int)at.Column, "this is no valid YAML: a value, bracket or quote does not end");
        }

        return null;
    }

    private YamlNode? ReadDocument()
    {
        _parser.MoveNext();
        Expect<StreamStart>();
        if (_parser.Current is StreamEnd) return null;
        Expect<DocumentStart>();
        YamlNode node = ReadNode(0);
        Expect<DocumentEnd>();
        if (_parser.Current is DocumentStart second)
            _problems.Add((int)second.Start.Line, (int)second.Start.Column, "only one document is read");
        return node;
    }

    private YamlNode ReadNode(int depth)
    {
        ParsingEvent current = _parser.Current ?? throw new YamlException("the file ends too early");
        if (++_nodes > NodesMax) throw Refuse(current, $"there are more than {NodesMax} values");
        if (depth > DepthMax) throw Refuse(current, $"values are nested deeper than {DepthMax} levels");
        int before = _nodes;
        YamlNode node = current switch
        {
            AnchorAlias alias => ReadAlias(alias),
            Scalar scalar => ReadScalar(scalar),
            SequenceStart start => ReadList(start, depth),
            MappingStart start => ReadMap(start, depth),
            _ => throw Refuse(current, "a value is expected"),
        };
        // Registered when complete: an alias to a node from inside it is unknown, so there are no cycles.
        if (current is NodeEvent { Anchor.IsEmpty: false } anchored)
            _anchors[anchored.Anchor.Value] = (node, _nodes - before + 1);
        return node;
    }

    private YamlNode ReadAlias(AnchorAlias alias)
    {
        if (!_anchors.TryGetValue(alias.Value.Value, out (YamlNode Node, int Size) anchor))
            throw Refuse(alias, $"no anchor &{alias.Value.Value} stands before this alias");
        _parser.MoveNext();
        _nodes += anchor.Size;
        if (_nodes is > NodesMax or < 0) throw Refuse(alias, $"there are more than {NodesMax} values");
        return anchor.Node;
    }

    private YamlScalar ReadScalar(Scalar scalar)
    {
        _parser.MoveNext();
        bool isNull = scalar.Style == ScalarStyle.Plain && scalar.Value is "" or "~" or "null" or "Null" or "NULL";
        return new YamlScalar((int)scalar.Start.Line, (int)scalar.Start.Column, scalar.Value, isNull);
    }

    private YamlList ReadList(SequenceStart start, int depth)
    {
        _parser.MoveNext();
        var items = new List<YamlNode>();
        while (_parser.Current is not SequenceEnd) items.Add(ReadNode(depth + 1));
        _parser.MoveNext();
        return new YamlList((int)start.Start.Line, (int)start.Start.Column, items);
    }

    private YamlMap ReadMap(MappingStart start, int depth)
    {
        _parser.MoveNext();
        var entries = new List<YamlEntry>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        while (_parser.Current is not MappingEnd)
        {
            ParsingEvent at = _parser.Current!;
            if (ReadNode(depth + 1) is not YamlScalar key) throw Refuse(at, "a key must be a plain word");
            YamlNode value = ReadNode(depth + 1);
            if (seen.Add(key.Text)) entries.Add(new YamlEntry(key.Text, key.Line, key.Column, value));
            else _problems.Add(key, $"the key {key.Text} is given twice");
        }

        _parser.MoveNext();
        return new YamlMap((int)start.Start.Line, (int)start.Start.Column, entries);
    }

    private void Expect<T>() where T : ParsingEvent
    {
        if (_parser.Current is not T) throw Refuse(_parser.Current, "the end of the document is expected");
        _parser.MoveNext();
    }

    private static YamlException Refuse(ParsingEvent? at, string message)
    {
        Mark start = at?.Start ?? Mark.Empty;
        return new YamlException(start, start, message);
    }
}
