namespace Flyball.Contracts.Yaml;

/// <summary>What is wrong with a file, each with line and column. Only the first hundred are kept.</summary>
public sealed class YamlProblems(string file)
{
    private const int CountMax = 100;

    private readonly List<string> _items = [];

    public string File => file;

    public IReadOnlyList<string> Items => _items;

    public bool Any => _items.Count > 0;

    public void Add(int line, int column, string message)
    {
        if (_items.Count < CountMax)
            _items.Add(FormattableString.Invariant($"{file}:{line}:{column}: {message}"));
    }

    public void Add(YamlNode at, string message) => Add(at.Line, at.Column, message);

    public override string ToString() => string.Join('\n', _items);
}
