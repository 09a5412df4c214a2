# How a folder of src/ becomes a library.
#
#   stator_library(<folder> SOURCES a.cc b.cc TESTS a_test.cc DEPENDS base model LIBRARIES fmt::fmt)
#
# One static library a folder, its sources listed one by one. DEPENDS are folders of lower floors; that no
# include goes up is checked by tools/check_floors.py, and a *_test.cc that no list names fails the configuration.

add_library(stator_flags INTERFACE)
target_include_directories(stator_flags INTERFACE ${CMAKE_SOURCE_DIR}/src)
target_compile_options(stator_flags INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion
                                              -Wnon-virtual-dtor -Woverloaded-virtual -Werror)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # GCC 12 reports these where std::expected or std::string is moved and inlined; clang-tidy watches the same ground.
  target_compile_options(stator_flags INTERFACE -Wno-maybe-uninitialized -Wno-restrict -Wno-array-bounds
                                                -Wno-stringop-overflow -Wno-stringop-overread -Wno-dangling-pointer)
endif()
if(STATOR_SANITIZE)
  add_compile_options(-fsanitize=${STATOR_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${STATOR_SANITIZE})
endif()

function(stator_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;TESTS;DEPENDS;LIBRARIES" ${ARGN})
  string(REPLACE "/" "_" target "stator_${name}")
  if(ARG_SOURCES)
    add_library(${target} STATIC ${ARG_SOURCES})
    set(scope PUBLIC)
  else()
    add_library(${target} INTERFACE)
    set(scope INTERFACE)
  endif()
  target_link_libraries(${target} ${scope} stator_flags ${ARG_LIBRARIES})
  foreach(dep IN LISTS ARG_DEPENDS)
    string(REPLACE "/" "_" dep_target "stator_${dep}")
    target_link_libraries(${target} ${scope} ${dep_target})
  endforeach()

  file(GLOB present RELATIVE ${CMAKE_CURRENT_SOURCE_DIR} CONFIGURE_DEPENDS *_test.cc)
  foreach(test IN LISTS present)
    if(NOT test IN_LIST ARG_TESTS)
      message(FATAL_ERROR "${CMAKE_CURRENT_SOURCE_DIR}/${test} is in no TESTS list")
    endif()
  endforeach()
  if(STATOR_TESTS AND ARG_TESTS)
    add_executable(${target}_test ${ARG_TESTS})
    target_link_libraries(${target}_test PRIVATE ${target} GTest::gtest GTest::gmock GTest::gtest_main)
    gtest_discover_tests(${target}_test TEST_PREFIX ${name}. DISCOVERY_MODE PRE_TEST
                         PROPERTIES TIMEOUT 300)
  endif()
endfunction()
