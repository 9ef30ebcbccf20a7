using Flyball.Scheduling.Compose.Interpolation;
using Flyball.Scheduling.Compose.Values;
using Flyball.Scheduling.Compose.Yaml;

namespace Flyball.Scheduling.Compose.Projects;

/// <summary>
/// Reads the Compose files of a compilation, each once: those given with <c>-f</c> and those that others extend.
/// </summary>
internal sealed class FileSet(Compilation compilation)
{
    private readonly Dictionary<string, LoadedFile> _byPath = new(StringComparer.Ordinal);

    /// <summary>The files given with <c>-f</c>, in their order.</summary>
    public IReadOnlyList<LoadedFile> LoadMain()
    {
        List<LoadedFile> files = [];
        foreach (ComposeFile file in compilation.Input.Files)
        {
            string path = LexicalPath.Resolve(compilation.Directory, file.Name);
            // Relative paths in every -f file start from the project directory, wherever the file stands.
            files.Add(Load(path, new SourceFile(file.Name, compilation.Directory), file.Text));
        }
        return files;
    }

    /// <summary>A file that a service extends from; null when it was not sent.</summary>
    public LoadedFile? Open(Field field, string path)
    {
        if (_byPath.TryGetValue(path, out LoadedFile? known)) return known;
        string? text = compilation.FindText(field, path, ComposeNeedKind.Extends, required: true);
        if (text is null) return null;
        return Load(path, new SourceFile(compilation.Shorten(path), LexicalPath.Directory(path)), text);
    }

    private LoadedFile Load(string path, SourceFile source, string text)
    {
        ComposeNode? document = ComposeYamlReader.Read(source, text, compilation.Diagnostics);
        var interpolator = new TreeInterpolator(compilation.Variables, compilation.Budget, compilation.Diagnostics);
        MapNode? root = document is null ? null : interpolator.Expand(document) as MapNode;
        if (document is not null && root is null && document is not ScalarNode { IsNull: true })
            compilation.Diagnostics.Error(document.Mark, "", "a Compose file is a mapping with a 'services' key");
        var loaded = new LoadedFile(path, source, root);
        _byPath.TryAdd(path, loaded);
        return loaded;
    }
}
