#include "model/document.h"

#include <gtest/gtest.h>

#include "model/value_writer.h"

namespace stator::model {
namespace {

// "a.b[3]" for a path. Names of the tests hold neither dots nor brackets.
DocumentPath path(std::string_view text) {
  DocumentPath p;
  std::string name;
  const auto end_name = [&] {
    if (!name.empty()) p.steps.emplace_back(std::exchange(name, {}));
  };
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '.') {
      end_name();
    } else if (text[i] == '[') {
      end_name();
      const std::size_t close = text.find(']', i);
      p.steps.emplace_back(static_cast<std::uint32_t>(std::stoul(std::string(text.substr(i + 1, close - i - 1)))));
      i = close;
    } else {
      name.push_back(text[i]);
    }
  }
  end_name();
  return p;
}

// Values in short: {a:1,b:[x,y]}; everything else is a string.
void append_parsed(std::string_view& in, std::string& out) {
  if (in.starts_with('{')) {
    MapWriter map;
    in.remove_prefix(1);
    while (!in.starts_with('}')) {
      const std::size_t colon = in.find(':');
      std::string& value = map.next(in.substr(0, colon));
      in.remove_prefix(colon + 1);
      append_parsed(in, value);
      if (in.starts_with(',')) in.remove_prefix(1);
    }
    in.remove_prefix(1);
    map.finish(out);
  } else if (in.starts_with('[')) {
    ListWriter list;
    in.remove_prefix(1);
    while (!in.starts_with(']')) {
      append_parsed(in, list.next());
      if (in.starts_with(',')) in.remove_prefix(1);
    }
    in.remove_prefix(1);
    list.finish(out);
  } else {
    const std::size_t end = std::min(in.find_first_of(",]}"), in.size());
    append_string(out, in.substr(0, end));
    in.remove_prefix(end);
  }
}

std::string parsed(std::string_view text) {
  std::string out;
  append_parsed(text, out);
  return out;
}

std::string show(ValueView value) {
  std::string out;
  if (value.is(Type::kMap)) {
    for (const auto& e : value.map()) out += (out.empty() ? "" : ",") + std::string(e.name) + ":" + show(e.value);
    return "{" + out + "}";
  }
  if (value.is(Type::kList)) {
    for (const ValueView v : value.list()) out += (out.empty() ? "" : ",") + show(v);
    return "[" + out + "]";
  }
  return std::string(value.bytes());
}

TEST(DocumentPath, Text) {
  EXPECT_EQ(path("a").text(), "[a]");
  EXPECT_EQ(path("a.b[3].c").text(), "[a, b, [3], c]");
  EXPECT_EQ(path("a[0][12]").text(), "[a, [0], [12]]");
}

TEST(DocumentPath, Relate) {
  const struct {
    std::string_view a;
    std::string_view b;
    PathRelation want;
  } rows[] = {
      {"a", "a", PathRelation::kOverlap},           {"a", "b", PathRelation::kDisjoint},
      {"a", "a.b", PathRelation::kOverlap},         {"a[1]", "a[1].b", PathRelation::kOverlap},
      {"a.b", "a.c", PathRelation::kDisjoint},      {"a[0]", "a[1]", PathRelation::kDisjoint},
      {"a[0]", "a.b", PathRelation::kConflict},     {"a[0].x", "a.b[1]", PathRelation::kConflict},
      {"a.b[0]", "a.c.d", PathRelation::kDisjoint}, {"a[0].b", "a[0][1]", PathRelation::kConflict},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(relate(path(row.a), path(row.b)), row.want) << row.a << " " << row.b;
    EXPECT_EQ(relate(path(row.b), path(row.a)), row.want) << row.b << " " << row.a;
  }
}

TEST(DocumentPath, Find) {
  const std::string item = parsed("{a:1,b:[x,{c:y}],d:{e:{f:z}}}");
  const struct {
    std::string_view path;
    std::string_view want;
  } rows[] = {
      {"a", "1"},      {"b", "[x,{c:y}]"}, {"b[0]", "x"},    {"b[1].c", "y"}, {"d.e.f", "z"},   {"q", "none"},
      {"a.b", "none"}, {"a[0]", "none"},   {"b[2]", "none"}, {"b.c", "none"}, {"d[0]", "none"}, {"d.e.g", "none"},
  };
  for (const auto& row : rows) {
    const auto found = find(ValueView(item).map(), path(row.path));
    EXPECT_EQ(found ? show(*found) : "none", row.want) << row.path;
  }
}

TEST(DocumentPath, Project) {
  const std::string item = parsed("{a:[0,1,2,{x:p,y:q}],b:{c:1,d:2,e:{}},f:z,g:[[k,l],m]}");
  const struct {
    std::vector<std::string_view> paths;
    std::string_view want;
  } rows[] = {
      {{}, "{}"},
      {{"f"}, "{f:z}"},
      {{"q"}, "{}"},
      {{"g", "f"}, "{f:z,g:[[k,l],m]}"},
      {{"a[0]", "a[2]"}, "{a:[0,2]}"},
      {{"a[2]", "a[0]"}, "{a:[0,2]}"},
      {{"a[3].y", "a[1]"}, "{a:[1,{y:q}]}"},
      {{"a[3].y", "a[3].x"}, "{a:[{x:p,y:q}]}"},
      {{"a[10]", "a[9]"}, "{}"},
      {{"a[10]", "a[2]"}, "{a:[2]}"},
      {{"b.d", "b.c"}, "{b:{c:1,d:2}}"},
      {{"b.e"}, "{b:{e:{}}}"},
      {{"b.e.x"}, "{}"},
      {{"b.q", "b.c", "z"}, "{b:{c:1}}"},
      {{"a.x", "f[0]", "f.y", "b[0]"}, "{}"},
      {{"g[0][1]", "g[1]"}, "{g:[[l],m]}"},
      {{"g[0][7]", "g[1]"}, "{g:[m]}"},
      {{"b", "b.c"}, "{b:{c:1,d:2,e:{}}}"},
  };
  for (const auto& row : rows) {
    std::vector<DocumentPath> paths;
    std::string name;
    for (const auto p : row.paths) {
      paths.push_back(path(p));
      name += std::string(p) + " ";
    }
    EXPECT_EQ(show(project(ValueView(item).map(), paths).value()), row.want) << name;
  }
}

TEST(Document, SetAndRemove) {
  struct Change {
    std::string_view path;
    std::string_view value;  // empty: remove
  };
  const struct {
    std::string_view name;
    std::string_view item;
    std::vector<Change> changes;
    std::string_view want;
  } rows[] = {
      {"nothing", "{a:1,b:[x]}", {}, "{a:1,b:[x]}"},
      {"new attributes, in order", "{b:1}", {{"c", "2"}, {"a", "0"}}, "{a:0,b:1,c:2}"},
      {"replaced attribute", "{a:1,b:2}", {{"a", "[x]"}}, "{a:[x],b:2}"},
      {"removed attribute", "{a:1,b:2,c:3}", {{"b", ""}}, "{a:1,c:3}"},
      {"removed all", "{a:1}", {{"a", ""}}, "{}"},
      {"removed what is not there", "{a:1}", {{"b", ""}}, "{a:1}"},
      {"inside maps", "{a:{b:{c:1}}}", {{"a.b.d", "2"}, {"a.x", "3"}, {"a.b.c", ""}}, "{a:{b:{d:2},x:3}}"},
      {"removed last entry leaves the map", "{a:{b:1}}", {{"a.b", ""}}, "{a:{}}"},
      {"list element", "{a:[0,1,2]}", {{"a[1]", "x"}}, "{a:[0,x,2]}"},
      {"list elements removed by original position", "{a:[0,1,2]}", {{"a[0]", ""}, {"a[1]", ""}}, "{a:[2]}"},
      {"set by original position after a removal", "{a:[0,1,2]}", {{"a[0]", ""}, {"a[1]", "x"}}, "{a:[x,2]}"},
      {"past the end appends in index order", "{a:[0,1]}", {{"a[84]", "x"}, {"a[37]", "y"}}, "{a:[0,1,y,x]}"},
      {"removal and past the end", "{a:[0,1]}", {{"a[5]", "x"}, {"a[0]", ""}}, "{a:[1,x]}"},
      {"removal past the end", "{a:[0]}", {{"a[7]", ""}}, "{a:[0]}"},
      {"into an empty list", "{a:[]}", {{"a[3]", "x"}}, "{a:[x]}"},
      {"maps in lists", "{a:[{x:1},{x:2}]}", {{"a[1].x", "3"}, {"a[0].y", "4"}}, "{a:[{x:1,y:4},{x:3}]}"},
      {"lists in lists", "{a:[[0,1],[2]]}", {{"a[0][1]", ""}, {"a[1][9]", "3"}}, "{a:[[0],[2,3]]}"},
  };
  for (const auto& row : rows) {
    const std::string original = parsed(row.item);
    std::vector<std::string> values;
    for (const auto& c : row.changes) values.push_back(parsed(c.value));
    Document document(ValueView(original).map());
    for (std::size_t i = 0; i < row.changes.size(); ++i) {
      const auto& change = row.changes[i];
      EXPECT_TRUE(change.value.empty() ? document.remove(path(change.path))
                                       : document.set(path(change.path), ValueView(values[i])))
          << row.name;
    }
    const Item result = document.finish();
    EXPECT_EQ(show(result.value()), row.want) << row.name;
    EXPECT_TRUE(is_well_formed(result.encoded(), 32)) << row.name;
    EXPECT_EQ(result.encoded(), parsed(row.want)) << row.name;
  }
}

TEST(Document, PathsThatCannotBeWalkedChangeNothing) {
  const std::string item = parsed("{a:1,b:[x,{c:y}],d:{e:z}}");
  const std::string value = parsed("v");
  for (const auto p : {"q.r", "q[0]", "a.b", "a[0]", "b.c", "b[0].c", "b[0][0]", "b[2].c", "d[0]", "d.e.f", "d.q.r"}) {
    Document document(ValueView(item).map());
    EXPECT_FALSE(document.set(path(p), ValueView(value))) << p;
    EXPECT_FALSE(document.remove(path(p))) << p;
    EXPECT_EQ(document.finish().encoded(), item) << p;
  }
}

TEST(Document, OfNothing) {
  const std::string value = parsed("v");
  Document document{MapView()};
  EXPECT_EQ(document.finish(), Item());
  EXPECT_TRUE(document.set(path("a"), ValueView(value)));
  Document moved = std::move(document);
  EXPECT_EQ(show(moved.finish().value()), "{a:v}");
}

}  // namespace
}  // namespace stator::model
