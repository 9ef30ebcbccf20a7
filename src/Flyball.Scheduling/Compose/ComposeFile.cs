namespace Flyball.Scheduling.Compose;

/// <summary>A Compose file as the user gave it: its name (for messages and relative paths) and its text.</summary>
internal sealed record ComposeFile(string Name, string Text);
