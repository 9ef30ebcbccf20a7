using System.Text;
using Flyball.Scheduling.Compose.Diagnostics;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Flyball.Scheduling.Compose.Yaml;

/// <summary>
/// Reads one YAML document into nodes that know their place: anchors and aliases (shared, never copied), merge keys,
/// Compose's tags. Duplicate keys are errors. Bounded in bytes, depth and expanded nodes.
/// </summary>
internal sealed class ComposeYamlReader
{
    private const string MergeKey = "<<";
    private const string CoreTagPrefix = "tag:yaml.org,2002:";

    private readonly SourceFile _file;
    private readonly DiagnosticBag _diagnostics;
    private readonly Parser _parser;
    private readonly Dictionary<string, ComposeNode> _anchors = new(StringComparer.Ordinal);
    private long _nodes;

    private ComposeYamlReader(SourceFile file, string text, DiagnosticBag diagnostics)
    {
        _file = file;
        _diagnostics = diagnostics;
        _parser = new Parser(new Scanner(new StringReader(text), skipComments: true));
    }

    /// <returns>The document, or null when it is empty or an error was reported.</returns>
    public static ComposeNode? Read(SourceFile file, string text, DiagnosticBag diagnostics)
    {
        if (Encoding.UTF8.GetByteCount(text) > ComposeLimits.FileBytesMax)
        {
            string message = $"the file is larger than {ComposeLimits.FileBytesMax >> 20} MiB";
            diagnostics.Error(new SourceMark(file, 0, 0), "", message);
            return null;
        }
        var reader = new ComposeYamlReader(file, text, diagnostics);
        try
        {
            return reader.ReadDocument();
        }
        catch (RefusedException e)
        {
            diagnostics.Error(reader.At(e.Start), "", e.Message);
        }
        catch (YamlException e)
        {
            diagnostics.Error(reader.At(e.Start), "", $"this is not valid YAML: {Plainly(e.Message)}");
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException or FormatException)
        {
            // YamlDotNet 18.1 answers some malformed input (an unclosed "[1," before "b: 2") with these.
            diagnostics.Error(reader.Here(), "", "this is not valid YAML: a value, bracket or quote does not end");
        }
        return null;
    }

    private ComposeNode? ReadDocument()
    {
        _parser.MoveNext();
        Expect<StreamStart>();
        if (_parser.Current is StreamEnd) return null;
        Expect<DocumentStart>();
        ComposeNode node = ReadNode(0);
        Expect<DocumentEnd>();
        if (_parser.Current is DocumentStart second)
            _diagnostics.Error(At(second.Start), "", "more than one YAML document", "give each its own file with -f");
        return node;
    }

    private ComposeNode ReadNode(int depth)
    {
        ParsingEvent current = _parser.Current ?? throw new YamlException("the file ends too early");
        Count(current, 1);
        if (depth > ComposeLimits.DepthMax)
            throw Refuse(current, $"nested deeper than {ComposeLimits.DepthMax} levels");
        if (current is AnchorAlias alias)
        {
            _parser.MoveNext();
            return Resolve(alias);
        }
        ComposeNode node = current switch
        {
            Scalar scalar => ReadScalar(scalar),
            SequenceStart start => ReadList(start, depth),
            MappingStart start => ReadMap(start, depth),
            _ => throw Refuse(current, "expected a value"),
        };
        // Registered when complete: an alias to a node from inside it is unknown, so there are no cycles.
        if (current is NodeEvent { Anchor.IsEmpty: false } anchored) _anchors[anchored.Anchor.Value] = node;
        return node;
    }

    private ScalarNode ReadScalar(Scalar scalar)
    {
        _parser.MoveNext();
        bool isText = TagOf(scalar, out MergeTag tag) == "str";
        bool plain = scalar.Style == ScalarStyle.Plain && !isText;
        return new ScalarNode(At(scalar.Start), scalar.Value, plain, plain && ScalarNode.IsNullText(scalar.Value), tag);
    }

    private ListNode ReadList(SequenceStart start, int depth)
    {
        _ = TagOf(start, out MergeTag tag);
        _parser.MoveNext();
        List<ComposeNode> items = [];
        while (_parser.Current is not SequenceEnd) items.Add(ReadNode(depth + 1));
        _parser.MoveNext();
        return new ListNode(At(start.Start), items, tag);
    }

    private MapNode ReadMap(MappingStart start, int depth)
    {
        _ = TagOf(start, out MergeTag tag);
        _parser.MoveNext();
        List<MapEntry> own = [];
        List<ComposeNode> merged = [];
        Dictionary<string, MapEntry> seen = new(StringComparer.Ordinal);
        while (_parser.Current is not MappingEnd)
        {
            ParsingEvent keyEvent = _parser.Current!;
            string key = ReadKey(depth);
            ComposeNode value = ReadNode(depth + 1);
            var entry = new MapEntry(key, At(keyEvent.Start), value);
            if (key == MergeKey && keyEvent is Scalar { Style: ScalarStyle.Plain }) merged.Add(value);
            else if (seen.TryAdd(key, entry)) own.Add(entry);
            else
                _diagnostics.Error(
                    At(keyEvent.Start), key, $"the key is given twice, first in line {seen[key].KeyMark.Line}");
        }
        _parser.MoveNext();
        return new MapNode(At(start.Start), Flatten(own, seen, merged), tag);
    }

    private string ReadKey(int depth)
    {
        ParsingEvent keyEvent = _parser.Current!;
        return ReadNode(depth + 1) is ScalarNode scalar
            ? scalar.Text
            : throw Refuse(keyEvent, "a key must be a plain word");
    }

    // The map's own keys win over merged ones, and an earlier merged map over a later one (YAML merge-key draft).
    private List<MapEntry> Flatten(List<MapEntry> own, Dictionary<string, MapEntry> seen, List<ComposeNode> merged)
    {
        foreach (ComposeNode source in merged.SelectMany(node => node is ListNode list ? list.Items : [node]))
        {
            if (source is not MapNode map)
            {
                _diagnostics.Error(source.Mark, MergeKey, "a merge key takes a mapping or a list of mappings");
                continue;
            }
            Count(_parser.Current, map.Size);
            own.AddRange(map.Entries.Where(entry => seen.TryAdd(entry.Key, entry)));
        }
        return own;
    }

    private ComposeNode Resolve(AnchorAlias alias)
    {
        if (!_anchors.TryGetValue(alias.Value.Value, out ComposeNode? node))
        {
            string? hint = _diagnostics.Hint(alias.Value.Value, _anchors.Keys);
            _diagnostics.Error(At(alias.Start), "", $"no anchor '&{alias.Value.Value}' stands before this alias", hint);
            return ScalarNode.Null(At(alias.Start));
        }
        Count(alias, node.Size);
        return node;
    }

    private string TagOf(NodeEvent node, out MergeTag tag)
    {
        string name = node.Tag is { IsEmpty: false, IsNonSpecific: false } given ? given.Value : "";
        tag = name switch { "!reset" => MergeTag.Reset, "!override" => MergeTag.Override, _ => MergeTag.None };
        if (tag == MergeTag.None && name.Length > 0 && !name.StartsWith(CoreTagPrefix, StringComparison.Ordinal))
            _diagnostics.Error(At(node.Start), "", $"unknown tag '{name}'", "Compose knows !reset and !override");
        return name.StartsWith(CoreTagPrefix, StringComparison.Ordinal) ? name[CoreTagPrefix.Length..] : name;
    }

    private void Count(ParsingEvent? at, long nodes)
    {
        _nodes += nodes;
        if (_nodes > ComposeLimits.NodesMax)
            throw Refuse(at, $"more than {ComposeLimits.NodesMax} values with aliases written out");
    }

    private void Expect<T>() where T : ParsingEvent
    {
        if (_parser.Current is not T) throw Refuse(_parser.Current, "expected the end of the document");
        _parser.MoveNext();
    }

    private static RefusedException Refuse(ParsingEvent? at, string message) => new(at?.Start ?? Mark.Empty, message);

    private SourceMark Here() => _parser.Current is { } current ? At(current.Start) : new SourceMark(_file, 1, 1);

    private SourceMark At(Mark mark) => new(_file, (int)mark.Line, (int)mark.Column);

    private static string Plainly(string message) =>
        message.Length == 0 ? "it cannot be read" : char.ToLowerInvariant(message[0]) + message[1..].TrimEnd('.');

    // Leaves the recursion with a place, as the parser's own exception does; it never leaves this class.
    private sealed class RefusedException(Mark mark, string message) : YamlException(mark, mark, message);
}
