using Flyball.Scheduling.Compose.Keys;
using Flyball.Scheduling.Compose.Merging;
using Flyball.Scheduling.Compose.Yaml;

namespace Flyball.Scheduling.Compose.Projects;

/// <summary>From files to one checked model: read, expand variables, extend, merge, check every key.</summary>
internal static class ModelLoader
{
    /// <returns>The model; null when no file could be read or the model is beyond its bounds.</returns>
    public static MapNode? Load(Compilation compilation)
    {
        var whole = new SourceMark(new SourceFile(FirstName(compilation.Input), compilation.Directory), 0, 0);
        if (compilation.Input.Files.Count is 0 or > ComposeLimits.FilesMax)
        {
            compilation.Diagnostics.Error(whole, "", $"1 to {ComposeLimits.FilesMax} Compose files must be given");
            return null;
        }
        ComposeNode? model = Merge(compilation);
        if (model is not MapNode root)
        {
            if (!compilation.Diagnostics.HasErrors)
                compilation.Diagnostics.Error(whole, "", "there is nothing in the file");
            return null;
        }
        if (root.Size > ComposeLimits.NodesMax)
        {
            compilation.Diagnostics.Error(
                root.Mark, "",
                $"the model has more than {ComposeLimits.NodesMax} values with aliases and extends written out");
            return null;
        }
        new KeyCheck(compilation.Diagnostics).Check(root, ComposeKeys.Root, "");
        return root;
    }

    private static string FirstName(ComposeInput input) => input.Files.Count > 0 ? input.Files[0].Name : "";

    private static ComposeNode? Merge(Compilation compilation)
    {
        var files = new FileSet(compilation);
        var merger = new ModelMerger(compilation.Diagnostics);
        var extends = new ExtendsResolver(compilation, files, merger);
        ComposeNode? model = null;
        foreach (LoadedFile file in files.LoadMain())
        {
            if (file.Root is null) continue;
            MapNode root = extends.Resolve(file, file.Root);
            model = model is null ? root : merger.Merge(model, root, ComposeKeys.Root);
        }
        return model is null ? null : ModelMerger.WithoutResets(model);
    }
}
